import type { Caller } from "../access/access.js";
import { notFound } from "../base/errors.js";
import { type RawAlternative, validateAlternative } from "../compliance/validate-safeguards.js";
import type { AlternativeMethod } from "../store/gate-records.js";
import { inZoneKey } from "../store/record-key.js";
import type { Page, PageRequest } from "../store/store.js";
import { dropRecord, isZone, keepRecord, requireZone } from "./compliance-record.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

/** Records a way without a face (Art. 10), or replaces the one with its id. */
export function recordAlternative(
  engine: Engine,
  raw: RawAlternative,
  caller: Caller,
): Promise<AlternativeMethod> {
  return engine.exclusive(async () => {
    requireZone(engine, raw.zoneId);
    const method = recordOf(validateAlternative(raw, isZone(engine), engine.clock.nowMs()));
    const { zoneId, methodId } = method;
    const change = { act: "alternative.record", details: { zoneId, methodId } };
    await keepRecord(engine, "alternative", method, change, caller);
    return method;
  });
}

export function listAlternatives(
  engine: Engine,
  zoneId: string | null,
  page: PageRequest,
): Promise<Page<AlternativeMethod>> {
  return engine.store.listRecords("alternative", zoneId, page);
}

export function removeAlternative(
  engine: Engine,
  zoneId: string,
  methodId: string,
  caller: Caller,
): Promise<void> {
  return engine.exclusive(async () => {
    const method = await engine.store.getRecord("alternative", inZoneKey(zoneId, methodId));
    if (method === null) throw notFound("alternative method", inZoneKey(zoneId, methodId));
    const change = { act: "alternative.remove", details: { zoneId, methodId } };
    await dropRecord(engine, "alternative", method, change, caller);
  });
}

import type { Caller } from "../access/access.js";
import { notFound } from "../base/errors.js";
import { type RawEgressBasis, validateEgressBasis } from "../compliance/validate-safeguards.js";
import type { EgressBasis } from "../store/gate-records.js";
import { inZoneKey } from "../store/record-key.js";
import type { Page, PageRequest } from "../store/store.js";
import { dropRecord, isZone, keepRecord, requireZone } from "./compliance-record.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

/** Records why faces may come from further networks (Art. 8), or replaces the one with its id. */
export function recordEgressBasis(
  engine: Engine,
  raw: RawEgressBasis,
  caller: Caller,
): Promise<EgressBasis> {
  return engine.exclusive(async () => {
    requireZone(engine, raw.zoneId);
    const basis = recordOf(validateEgressBasis(raw, isZone(engine), engine.clock.nowMs()));
    const change = { act: "egress.record", details: describe(basis) };
    await keepRecord(engine, "egress", basis, change, caller);
    return basis;
  });
}

export function listEgressBases(
  engine: Engine,
  zoneId: string | null,
  page: PageRequest,
): Promise<Page<EgressBasis>> {
  return engine.store.listRecords("egress", zoneId, page);
}

export function removeEgressBasis(
  engine: Engine,
  zoneId: string,
  basisId: string,
  caller: Caller,
): Promise<void> {
  return engine.exclusive(async () => {
    const basis = await engine.store.getRecord("egress", inZoneKey(zoneId, basisId));
    if (basis === null) throw notFound("egress basis", inZoneKey(zoneId, basisId));
    const change = { act: "egress.remove", details: describe(basis) };
    await dropRecord(engine, "egress", basis, change, caller);
  });
}

function describe({ zoneId, basisId, networks, citation, consentEvidenceSha256 }: EgressBasis) {
  return { zoneId, basisId, networks: [...networks], citation, consentEvidenceSha256 };
}

import type { Caller } from "../access/access.js";
import { notFound } from "../base/errors.js";
import {
  type RawInspection,
  type RawSign,
  validateInspection,
  validateSign,
} from "../compliance/validate-sign.js";
import type { Sign } from "../store/records.js";
import type { Page, PageRequest } from "../store/store.js";
import { beginChange } from "./begin-change.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

/** Records an installed sign, or replaces the one with its id; in force on the next query. */
export function recordSign(engine: Engine, raw: RawSign, caller: Caller): Promise<Sign> {
  return engine.exclusive(async () => {
    const zone = engine.facts.zone(raw.zoneId);
    if (zone === undefined) throw notFound("zone", raw.zoneId);
    const nowMs = engine.clock.nowMs();
    const sign = recordOf(validateSign(raw, zone.zone, nowMs, zone.geofence));
    const { signId, zoneId, entranceId, photoSha256 } = sign;
    const details = { signId, zoneId, entranceId, photoSha256 };
    const change = beginChange(engine, caller, "sign.record", details);
    await change.store.putSign(sign);
    engine.facts.putSign(sign);
    await change.record();
    return sign;
  });
}

/** Records that somebody looked at a sign and found it in order; in force on the next query. */
export function inspectSign(
  engine: Engine,
  key: { readonly zoneId: string; readonly signId: string },
  raw: RawInspection,
  caller: Caller,
): Promise<Sign> {
  return engine.exclusive(async () => {
    const { zoneId, signId } = key;
    if (engine.facts.zone(zoneId) === undefined) throw notFound("zone", zoneId);
    const before = await engine.store.getSign(zoneId, signId);
    if (before === null) throw notFound("sign", `${zoneId}/${signId}`);
    const sign = recordOf(validateInspection(raw, before, engine.clock.nowMs()));
    const { inspectedAtMs, photoSha256 } = sign;
    const details = { signId, zoneId, inspectedAtMs, photoSha256 };
    const change = beginChange(engine, caller, "sign.inspect", details);
    await change.store.putSign(sign);
    engine.facts.putSign(sign);
    await change.record();
    return sign;
  });
}

export function listSigns(engine: Engine, zoneId: string, page: PageRequest): Promise<Page<Sign>> {
  if (engine.facts.zone(zoneId) === undefined) throw notFound("zone", zoneId);
  return engine.store.listSigns(zoneId, page);
}

export function removeSign(
  engine: Engine,
  zoneId: string,
  signId: string,
  caller: Caller,
): Promise<void> {
  return engine.exclusive(async () => {
    const change = beginChange(engine, caller, "sign.remove", { zoneId, signId });
    if (!(await change.store.deleteSign(zoneId, signId))) throw notFound("sign", signId);
    engine.facts.deleteSign(zoneId, signId);
    await change.record();
  });
}

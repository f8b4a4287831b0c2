import type { Caller } from "../access/access.js";
import { CordonError, notFound } from "../base/errors.js";
import { mergeZone, type RawZone, validateZone } from "../compliance/validate-zone.js";
import { changeProblem, transition, type ZoneAct } from "../compliance/zone-life.js";
import type { Zone } from "../store/records.js";
import type { Page, PageRequest } from "../store/store.js";
import { beginChange, type Change } from "./begin-change.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

export function createZone(engine: Engine, raw: RawZone, caller: Caller): Promise<Zone> {
  const zone = recordOf(validateZone(raw, engine.clock.nowMs()));
  return engine.exclusive(async () => {
    const change = changeOf(engine, "zone.create", zone, caller);
    if (!(await change.store.insertZone(zone))) {
      throw new CordonError({
        status: "ALREADY_EXISTS",
        reason: "ALREADY_EXISTS",
        message: `There is a zone "${zone.zoneId}" already. Choose another id.`,
      });
    }
    engine.facts.putZone(zone);
    await change.record();
    return zone;
  });
}

/**
 * Changes the fields of a zone that the mask names, all when it names none; in force on the very
 * next query. A closed zone is not changed.
 */
export function updateZone(
  engine: Engine,
  raw: RawZone,
  mask: readonly string[],
  caller: Caller,
): Promise<Zone> {
  return engine.exclusive(async () => {
    const before = await getZone(engine, raw.zoneId);
    const problem = changeProblem(before);
    if (problem !== null) throw wrongState(problem);
    const zone = recordOf(mergeZone(before, raw, mask, engine.clock.nowMs()));
    const change = changeOf(engine, "zone.update", zone, caller, { fields: [...mask] });
    if (!(await change.store.updateZone(zone))) throw notFound("zone", zone.zoneId);
    engine.facts.putZone(zone);
    await change.record();
    return zone;
  });
}

/** Moves a zone through its life; in force on the very next query. */
export function transitionZone(
  engine: Engine,
  zoneId: string,
  act: ZoneAct,
  caller: Caller,
): Promise<Zone> {
  return engine.exclusive(async () => {
    const moved = transition(await getZone(engine, zoneId), act, engine.clock.nowMs());
    if (!moved.ok) throw wrongState(moved.message);
    const { zone } = moved;
    const change = changeOf(engine, `zone.${act}`, zone, caller);
    if (!(await change.store.updateZone(zone))) throw notFound("zone", zoneId);
    engine.facts.putZone(zone);
    await change.record();
    return zone;
  });
}

export async function getZone(engine: Engine, zoneId: string): Promise<Zone> {
  const zone = await engine.store.getZone(zoneId);
  if (zone === null) throw notFound("zone", zoneId);
  return zone;
}

export function listZones(engine: Engine, page: PageRequest): Promise<Page<Zone>> {
  return engine.store.listZones(page);
}

function wrongState(message: string): CordonError {
  const reason = "STATE_TRANSITION_INVALID";
  return new CordonError({ status: "FAILED_PRECONDITION", reason, message });
}

function changeOf(
  engine: Engine,
  act: string,
  { zoneId, state }: Zone,
  caller: Caller,
  more: { readonly fields?: readonly string[] } = {},
): Change {
  return beginChange(engine, caller, act, { zoneId, state, ...more });
}

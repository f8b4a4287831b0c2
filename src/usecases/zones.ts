import type { Caller } from "../access/access.js";
import { CordonError, notFound } from "../base/errors.js";
import { type RawZone, validateZone } from "../compliance/validate-zone.js";
import { transition, type ZoneAct } from "../compliance/zone-life.js";
import type { Zone } from "../store/records.js";
import type { Page, PageRequest } from "../store/store.js";
import { actorOf, type Engine } from "./engine.js";
import { recordOf } from "./validated.js";

export function createZone(engine: Engine, raw: RawZone, caller: Caller): Promise<Zone> {
  const zone = recordOf(validateZone(raw, engine.clock.nowMs()));
  return engine.exclusive(async () => {
    if (!(await engine.store.insertZone(zone))) {
      throw new CordonError({
        status: "ALREADY_EXISTS",
        reason: "ALREADY_EXISTS",
        message: `There is a zone "${zone.zoneId}" already. Choose another id.`,
      });
    }
    engine.facts.putZone(zone);
    await record(engine, "zone.create", zone, caller);
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
    if (!moved.ok) {
      const { reason, message } = moved;
      throw new CordonError({ status: "FAILED_PRECONDITION", reason, message });
    }
    const { zone } = moved;
    if (!(await engine.store.updateZone(zone))) throw notFound("zone", zoneId);
    engine.facts.putZone(zone);
    await record(engine, `zone.${act}`, zone, caller);
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

function record(engine: Engine, act: string, zone: Zone, caller: Caller): Promise<number> {
  const details = { zoneId: zone.zoneId, state: zone.state };
  return engine.audit.append({ act, actor: actorOf(caller), details });
}

import { notFound } from "../base/errors.js";
import {
  checkZone as check,
  type ZoneCheck,
  type ZoneCheckRequest,
} from "../compliance/checklist.js";
import type { Engine } from "./engine.js";

/** The whole checklist of a zone as it stands now. Searches nothing and changes nothing. */
export function checkZone(engine: Engine, request: ZoneCheckRequest): ZoneCheck {
  if (engine.facts.zone(request.zoneId) === undefined) throw notFound("zone", request.zoneId);
  return check(engine.facts, request, engine.clock.nowMs());
}

import type { Caller } from "../access/access.js";
import { CordonError } from "../base/errors.js";
import { type RawIncident, validateIncident } from "../compliance/validate-incident.js";
import type { Incident } from "../store/gate-records.js";
import type { Page, PageRequest } from "../store/store.js";
import { isZone, keepRecord } from "./compliance-record.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

/**
 * Records a major security incident: from the very next query, assessments written before it no
 * longer count, whenever they are approved. It is never changed, so that none can be made harmless afterwards.
 */
export function recordIncident(
  engine: Engine,
  raw: RawIncident,
  caller: Caller,
): Promise<Incident> {
  return engine.exclusive(async () => {
    const incident = recordOf(validateIncident(raw, isZone(engine), engine.clock.nowMs()));
    const { incidentId, zoneIds, occurredAtMs } = incident;
    if ((await engine.store.getRecord("incident", incidentId)) !== null) {
      throw new CordonError({
        status: "ALREADY_EXISTS",
        reason: "ALREADY_EXISTS",
        message: `There is an incident "${incidentId}" already. Choose another id.`,
      });
    }
    const details = { incidentId, zoneIds: [...zoneIds], occurredAtMs };
    await keepRecord(engine, "incident", incident, { act: "incident.record", details }, caller);
    return incident;
  });
}

export function listIncidents(engine: Engine, page: PageRequest): Promise<Page<Incident>> {
  return engine.store.listRecords("incident", null, page);
}

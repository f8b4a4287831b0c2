import type { Incident } from "../../store/gate-records.js";
import type { Incident as IncidentMessage } from "../generated/cordon/v1/Incident.js";
import { toTimestamp } from "../mapping.js";

export function fromIncident(incident: Incident): IncidentMessage {
  const { incidentId, zoneIds, occurredAtMs, description } = incident;
  return { incidentId, zoneIds: [...zoneIds], occurTime: toTimestamp(occurredAtMs), description };
}

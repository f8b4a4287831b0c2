import type { Incident } from "../store/gate-records.js";
import { createChecks, type Validated } from "./checks.js";

export const INCIDENT_DESCRIPTION_LENGTH_MAX = 4000;

/** What a caller says of a major incident (`cordon.v1.Incident`), unchecked. */
export interface RawIncident {
  readonly incidentId: string;
  /** Empty: every zone. */
  readonly zoneIds: readonly string[];
  readonly occurredAtMs: number | null;
  readonly description: string;
}

/**
 * An incident recorded now, or every field that is wrong.
 * @param isZone says which zones there are
 */
export function validateIncident(
  raw: RawIncident,
  isZone: (zoneId: string) => boolean,
  nowMs: number,
): Validated<Incident> {
  const checks = createChecks();
  const { incidentId, description } = raw;
  checks.slug("incident.incident_id", incidentId);
  const zoneIds = checks.zoneIds("incident.zone_ids", raw.zoneIds, { has: isZone, min: 0 });
  const occurredAtMs = checks.instant("incident.occur_time", raw.occurredAtMs);
  if (occurredAtMs !== null && occurredAtMs > nowMs) {
    checks.add("incident.occur_time", "is in the future");
  }
  checks.requiredText("incident.description", description, INCIDENT_DESCRIPTION_LENGTH_MAX);
  if (checks.fields.length > 0 || occurredAtMs === null) {
    return { ok: false, fields: checks.fields };
  }
  return {
    ok: true,
    record: { incidentId, zoneIds, occurredAtMs, description, recordedAtMs: nowMs },
  };
}

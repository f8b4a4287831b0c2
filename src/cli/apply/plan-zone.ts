import type { Zone__Output } from "../../api/generated/cordon/v1/Zone.js";
import type { CordonClient } from "../../transport/client/client.js";
import { type ZoneDocument, zoneRequest } from "../documents/zone.js";
import { shortName } from "../output.js";
import { changesOf, fieldsOf, type SeenRecord } from "./change.js";
import { blocked, type Outcome, Phase, type Planner, type Step } from "./plan.js";
import { seenInstant, seenMap, seenPlace, seenSet, seenShape } from "./seen.js";

type ZoneState = NonNullable<ZoneDocument["state"]>;

/** Names of the API's fields, where they are not the documents' own. */
const maskNames: Readonly<Record<string, readonly string[]>> = {
  geofence: ["geofence_geojson", "geofence_datum"],
  private_areas: ["private_areas", "geofence_datum"],
};

/** Makes or changes a zone, then leads it to the state that is asked for. */
export const planZone: Planner<ZoneDocument> = async (document, current) => {
  const found = await current.zone(document.zone_id);
  const state = found === null ? null : (shortName(found.state, "ZONE_STATE_") as ZoneState);
  // Of a zone that is to be closed nothing else is worth a change.
  const closes = found !== null && document.state === "CLOSED";
  const wanted = closes ? {} : seenWanted(document);
  const fields = changesOf(found === null ? null : seenFound(found), wanted);
  const moved = changesOf(state === null ? {} : { state }, { state: document.state });
  const changes = [...fields, ...moved];
  if (found === null) {
    const create: Step = {
      phase: Phase.zone,
      run: (client) => client.zone.createZone(zoneRequest(document)),
    };
    const path = pathTo("DRAFT", document.state, document.zone_id);
    if (typeof path === "string") return blocked(path, changes);
    return { action: "create", changes, notes: [], steps: [create, ...path] };
  }
  if (state === "CLOSED" && changes.length > 0) {
    return blocked("the zone is closed, and stays so: use another zone_id", changes);
  }
  const path = pathTo(state ?? "DRAFT", document.state, document.zone_id);
  if (typeof path === "string") return blocked(path, changes);
  return update(document, fieldsOf(fields), path, changes);
};

function update(
  document: ZoneDocument,
  fields: readonly string[],
  path: readonly Step[],
  changes: Outcome["changes"],
): Outcome {
  const steps = [...path];
  if (fields.length > 0) {
    const paths = [...new Set(fields.flatMap((field) => maskNames[field] ?? [field]))];
    const request = { zone: zoneRequest(document), updateMask: { paths } };
    steps.unshift({ phase: Phase.zone, run: (client) => client.zone.updateZone(request) });
  }
  const told = ["purpose", "method", "necessity", "retention_days_max"];
  const outdates = fields.some((field) => told.includes(field));
  return {
    action: steps.length === 0 ? "unchanged" : "update",
    changes,
    notes: outdates ? ["what the notice tells or the assessment covers changes with it"] : [],
    steps,
  };
}

type Act = "registerZone" | "activateZone" | "suspendZone" | "closeZone";

/** Steps from one state to another, or why there are none. */
function pathTo(
  from: ZoneState,
  to: ZoneState | undefined,
  zoneId: string,
): readonly Step[] | string {
  if (to === undefined || to === from) return [];
  const step = (phase: Phase, act: Act): Step => ({
    phase,
    run: (client: CordonClient) => client.zone[act]({ zoneId }),
  });
  const register = from === "DRAFT" ? [step(Phase.zone, "registerZone")] : [];
  switch (to) {
    case "REGISTERED":
      return from === "DRAFT" ? register : `the zone is ${from}, and does not become REGISTERED`;
    case "ACTIVE":
      return [...register, step(Phase.activate, "activateZone")];
    case "SUSPENDED":
      if (from === "ACTIVE") return [step(Phase.close, "suspendZone")];
      return `the zone is ${from}: only an ACTIVE zone can be SUSPENDED`;
    case "CLOSED":
      // A zone that is made only to be closed must be there first.
      return [step(from === "DRAFT" ? Phase.activate : Phase.close, "closeZone")];
    case "DRAFT":
      return `the zone is ${from}, and does not become a DRAFT again`;
  }
}

function seenWanted(zone: ZoneDocument): SeenRecord {
  return {
    display_name: zone.display_name ?? zone.zone_id,
    place_type: zone.place_type,
    purpose: zone.purpose,
    necessity: zone.necessity,
    method: zone.method,
    geofence: seenShape(zone.geofence, zone.geofence_datum),
    entrances: seenMap(
      zone.entrances,
      (entrance) => entrance.entrance_id,
      (entrance) => ({
        display_name: entrance.display_name ?? entrance.entrance_id,
        position: seenPlace(entrance),
      }),
    ),
    private_areas: seenMap(
      zone.private_areas,
      (area) => area.area_id,
      (area) => ({
        display_name: area.display_name ?? area.area_id,
        geojson: seenShape(area.geojson, zone.geofence_datum),
      }),
    ),
    permitted_networks: seenSet(zone.permitted_networks),
    retention_days_max: `${zone.retention_days_max}`,
    inspection_interval_days: `${zone.inspection_interval_days}`,
    valid_from: seenInstant(zone.valid_from),
    valid_until: seenInstant(zone.valid_until),
  };
}

function seenFound(zone: Zone__Output): SeenRecord {
  return {
    display_name: zone.displayName,
    place_type: shortName(zone.placeType, "PLACE_TYPE_"),
    purpose: shortName(zone.purpose, "PURPOSE_"),
    necessity: zone.necessity,
    method: zone.method,
    geofence: seenShape(zone.geofenceGeojson),
    entrances: seenMap(
      zone.entrances,
      (entrance) => entrance.entranceId,
      (entrance) => ({
        display_name: entrance.displayName,
        position: seenPlace(entrance.position),
      }),
    ),
    private_areas: seenMap(
      zone.privateAreas,
      (area) => area.areaId,
      (area) => ({ display_name: area.displayName, geojson: seenShape(area.geojson) }),
    ),
    permitted_networks: seenSet(zone.permittedNetworks),
    retention_days_max: `${zone.retentionDaysMax}`,
    inspection_interval_days: `${zone.inspectionIntervalDays}`,
    valid_from: seenInstant(zone.validFrom),
    valid_until: seenInstant(zone.validUntil),
  };
}

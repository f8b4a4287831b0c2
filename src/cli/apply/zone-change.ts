import type { Zone__Output } from "../../api/generated/cordon/v1/Zone.js";
import type { ZoneDocument } from "../documents/zone.js";
import { shortName } from "../output.js";
import { type Change, changesOf, fieldsOf, type SeenRecord } from "./change.js";
import { seenInstant, seenMap, seenPlace, seenSet, seenShape } from "./seen.js";

/** Names of the API's fields, where they are not the documents' own. */
const maskNames: Readonly<Record<string, readonly string[]>> = {
  geofence: ["geofence_geojson", "geofence_datum"],
  private_areas: ["private_areas", "geofence_datum"],
};

/** What differs between a zone and its document, but for its state. */
export function zoneChanges(document: ZoneDocument, found: Zone__Output | null): readonly Change[] {
  // Of a zone that is to be closed nothing else is worth a change.
  if (found !== null && document.state === "CLOSED") return [];
  return changesOf(found && seenFound(found), seenWanted(document));
}

/** Fields that changes touch, as the API's masks name them. */
export function pathsOf(changes: readonly Change[]): readonly string[] {
  return [...new Set(fieldsOf(changes).flatMap((field) => maskNames[field] ?? [field]))];
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

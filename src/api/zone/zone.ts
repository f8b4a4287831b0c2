import type { Zone } from "../../store/records.js";
import type { Zone as ZoneMessage } from "../generated/cordon/v1/Zone.js";
import { fromGeofence, fromPosition, fromPurpose, toTimestamp } from "../mapping.js";

export function fromZone(zone: Zone): ZoneMessage {
  return {
    zoneId: zone.zoneId,
    displayName: zone.displayName,
    state: `ZONE_STATE_${zone.state}`,
    placeType: `PLACE_TYPE_${zone.placeType}`,
    purpose: fromPurpose(zone.purpose),
    necessity: zone.necessity,
    geofenceGeojson: fromGeofence(zone.geofence),
    entrances: zone.entrances.map(({ entranceId, displayName, position }) => ({
      entranceId,
      displayName,
      position: fromPosition(position),
    })),
    validFrom: toTimestamp(zone.validFromMs),
    validUntil: toTimestamp(zone.validUntilMs),
    createTime: toTimestamp(zone.createdAtMs),
    updateTime: toTimestamp(zone.updatedAtMs),
    method: zone.method,
    permittedNetworks: [...zone.permittedNetworks],
    retentionDaysMax: zone.retentionDaysMax,
    inspectionIntervalDays: zone.inspectionIntervalDays,
    privateAreas: zone.privateAreas.map(({ areaId, displayName, geofence }) => ({
      areaId,
      displayName,
      geojson: fromGeofence(geofence),
    })),
  };
}

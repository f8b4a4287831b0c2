import type { RawZone } from "../../compliance/validate-zone.js";
import type { CreateZoneRequest__Output } from "../generated/cordon/v1/CreateZoneRequest.js";
import { toDatum, toMs, toRawPosition, wordOf } from "../mapping.js";

/**
 * What a caller says of a zone, new or changed.
 * @param path where it stands in the request: empty, or `zone.`
 */
export function toRawZone(message: CreateZoneRequest__Output, path: "" | "zone."): RawZone {
  const { zoneId, displayName, necessity, method, geofenceGeojson, permittedNetworks } = message;
  const { retentionDaysMax, inspectionIntervalDays } = message;
  return {
    zoneId,
    displayName,
    necessity,
    method,
    geofenceGeojson,
    permittedNetworks,
    retentionDaysMax,
    inspectionIntervalDays,
    placeType: wordOf(message.placeType, "PLACE_TYPE_"),
    purpose: wordOf(message.purpose, "PURPOSE_") || "PUBLIC_SAFETY",
    geofenceDatum: toDatum(message.geofenceDatum, `${path}geofence_datum`),
    entrances: message.entrances.map((entrance, at) => ({
      entranceId: entrance.entranceId,
      displayName: entrance.displayName,
      position: toRawPosition(entrance.position, `${path}entrances[${at}].position`),
    })),
    privateAreas: message.privateAreas,
    validFromMs: toMs(message.validFrom, `${path}valid_from`),
    validUntilMs: toMs(message.validUntil, `${path}valid_until`),
  };
}

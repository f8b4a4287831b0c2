import { z } from "zod";
import type { CreateZoneRequest } from "../../api/generated/cordon/v1/CreateZoneRequest.js";
import type { Datum } from "../../api/generated/cordon/v1/Datum.js";
import type { PlaceType } from "../../api/generated/cordon/v1/PlaceType.js";
import type { Purpose } from "../../api/generated/cordon/v1/Purpose.js";
import { placeTypes, purposes } from "../words.js";
import {
  datum,
  geojson,
  id,
  instant,
  listOf,
  network,
  oneOf,
  place,
  polygonsOf,
  text,
} from "./fields.js";

/** What the server takes for a zone that does not say. */
export const RETENTION_DAYS_DEFAULT = 365;
export const INSPECTION_INTERVAL_DAYS_DEFAULT = 90;

/** States that a file may ask for. */
export const zoneStates = ["DRAFT", "REGISTERED", "ACTIVE", "SUSPENDED", "CLOSED"] as const;

const days = (most: number) => z.int().min(1).max(most);

/** `kind: Zone`: a geofenced public place. */
export const zoneSchema = (folder: string) =>
  z
    .strictObject({
      kind: z.literal("Zone"),
      zone_id: id,
      display_name: text.optional(),
      /** Left out: the state is nobody's business here, and a new zone stays a draft. */
      state: oneOf(zoneStates).optional(),
      place_type: oneOf(placeTypes),
      purpose: oneOf(purposes).default("PUBLIC_SAFETY"),
      necessity: text,
      method: text,
      geofence: geojson(folder),
      geofence_datum: datum.default("WGS84"),
      entrances: listOf(
        z.strictObject({ entrance_id: id, display_name: text.optional(), ...place }),
      ).min(1),
      private_areas: listOf(
        z.strictObject({ area_id: id, display_name: text.optional(), geojson: geojson(folder) }),
      ).default([]),
      permitted_networks: listOf(network).default([]),
      retention_days_max: days(36_500).default(RETENTION_DAYS_DEFAULT),
      inspection_interval_days: days(366).default(INSPECTION_INTERVAL_DAYS_DEFAULT),
      /** Left out: from when the zone is made. */
      valid_from: instant.optional(),
      valid_until: instant,
    })
    .superRefine((zone, context) => {
      const shapes = [
        { path: ["geofence"], json: zone.geofence },
        ...zone.private_areas.map(({ geojson: json }, index) => ({
          path: ["private_areas", index, "geojson"],
          json,
        })),
      ];
      for (const { path, json } of shapes) {
        const read = polygonsOf(json, zone.geofence_datum);
        if ("problem" in read) context.addIssue({ code: "custom", message: read.problem, path });
      }
    });

export type ZoneDocument = z.output<ReturnType<typeof zoneSchema>>;

export function zoneRequest(zone: ZoneDocument): CreateZoneRequest {
  return {
    zoneId: zone.zone_id,
    displayName: zone.display_name ?? zone.zone_id,
    placeType: `PLACE_TYPE_${zone.place_type}` as PlaceType,
    purpose: `PURPOSE_${zone.purpose}` as Purpose,
    necessity: zone.necessity,
    method: zone.method,
    geofenceGeojson: zone.geofence,
    geofenceDatum: `DATUM_${zone.geofence_datum}` as Datum,
    entrances: zone.entrances.map((entrance) => ({
      entranceId: entrance.entrance_id,
      displayName: entrance.display_name ?? entrance.entrance_id,
      position: positionRequest(entrance),
    })),
    privateAreas: zone.private_areas.map((area) => ({
      areaId: area.area_id,
      displayName: area.display_name ?? area.area_id,
      geojson: area.geojson,
    })),
    permittedNetworks: [...zone.permitted_networks],
    retentionDaysMax: zone.retention_days_max,
    inspectionIntervalDays: zone.inspection_interval_days,
    ...(zone.valid_from === undefined ? {} : { validFrom: zone.valid_from }),
    validUntil: zone.valid_until,
  };
}

/** A place of a document as the API takes it. */
export function positionRequest(at: { latitude: number; longitude: number; datum: string }) {
  const { latitude, longitude } = at;
  return { latitude, longitude, datum: `DATUM_${at.datum}` as Datum };
}

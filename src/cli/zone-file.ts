import { parse } from "yaml";
import { z } from "zod";
import type { CreateZoneRequest } from "../api/generated/cordon/v1/CreateZoneRequest.js";
import type { Datum } from "../api/generated/cordon/v1/Datum.js";
import type { PlaceType } from "../api/generated/cordon/v1/PlaceType.js";
import { readFile, timestamp } from "./parse.js";
import { datums, named, placeTypes } from "./words.js";

const datum = z.string().transform(named).pipe(z.enum(datums));

const instant = z.string().transform((value, context) => {
  try {
    return timestamp(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
    return z.NEVER;
  }
});

const schema = z.strictObject({
  zone_id: z.string().optional(),
  display_name: z.string().optional(),
  place_type: z
    .string()
    .transform(named)
    .pipe(z.enum(placeTypes as [string, ...string[]]))
    .optional(),
  necessity: z.string().optional(),
  /** GeoJSON, inline as YAML or JSON, or as text. The server judges it. */
  geofence: z.union([z.string(), z.looseObject({ type: z.string() })]).optional(),
  geofence_datum: datum.optional(),
  entrances: z
    .array(
      z.strictObject({
        entrance_id: z.string(),
        display_name: z.string().optional(),
        latitude: z.number(),
        longitude: z.number(),
        datum: datum.optional(),
      }),
    )
    .optional(),
  valid_from: instant.optional(),
  valid_until: instant.optional(),
});

/** Reads a zone file. @throws Error that names the file and every field that is wrong */
export function readZoneFile(path: string): CreateZoneRequest {
  let value: unknown;
  try {
    value = parse(readFile(path).toString("utf8"));
  } catch (error) {
    throw new Error(`${path}: is neither YAML nor JSON: ${(error as Error).message}`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      ({ path: where, message }) => `  ${where.join(".") || "the file"}: ${message}`,
    );
    throw new Error(`${path}: is not a zone file:\n${lines.join("\n")}`);
  }
  return toRequest(parsed.data);
}

function toRequest(file: z.infer<typeof schema>): CreateZoneRequest {
  const { geofence, entrances } = file;
  return {
    ...(file.zone_id === undefined ? {} : { zoneId: file.zone_id }),
    ...(file.display_name === undefined ? {} : { displayName: file.display_name }),
    ...(file.place_type === undefined
      ? {}
      : { placeType: `PLACE_TYPE_${file.place_type}` as PlaceType }),
    ...(file.necessity === undefined ? {} : { necessity: file.necessity }),
    ...(geofence === undefined
      ? {}
      : { geofenceGeojson: typeof geofence === "string" ? geofence : JSON.stringify(geofence) }),
    ...(file.geofence_datum === undefined
      ? {}
      : { geofenceDatum: `DATUM_${file.geofence_datum}` as Datum }),
    ...(entrances === undefined ? {} : { entrances: entrances.map(toEntrance) }),
    ...(file.valid_from === undefined ? {} : { validFrom: file.valid_from }),
    ...(file.valid_until === undefined ? {} : { validUntil: file.valid_until }),
  };
}

type FileEntrance = NonNullable<z.infer<typeof schema>["entrances"]>[number];

function toEntrance(entrance: FileEntrance) {
  const { latitude, longitude } = entrance;
  return {
    entranceId: entrance.entrance_id,
    displayName: entrance.display_name ?? entrance.entrance_id,
    position: { latitude, longitude, datum: `DATUM_${entrance.datum ?? "WGS84"}` as Datum },
  };
}

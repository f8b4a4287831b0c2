import type { Command } from "commander";
import type { CreateZoneRequest } from "../api/generated/cordon/v1/CreateZoneRequest.js";
import type { Datum } from "../api/generated/cordon/v1/Datum.js";
import type { Entrance } from "../api/generated/cordon/v1/Entrance.js";
import type { PlaceType } from "../api/generated/cordon/v1/PlaceType.js";
import type { PrivateArea } from "../api/generated/cordon/v1/PrivateArea.js";
import type { Purpose } from "../api/generated/cordon/v1/Purpose.js";
import { loadDocument } from "./documents/kinds.js";
import { zoneRequest } from "./documents/zone.js";
import {
  integer,
  type LatLng,
  position,
  readFile,
  repeated,
  slug,
  text,
  timestamp,
  word,
} from "./parse.js";
import type { RemoteOptions } from "./remote.js";
import { type DatumWord, datums, placeTypes, purposes, typed } from "./words.js";

const NAME_CHARACTERS_MAX = 200;
const STATEMENT_CHARACTERS_MAX = 4000;
const RETENTION_DAYS_MAX = 36_500;
const INSPECTION_INTERVAL_DAYS_MAX = 366;

type Instant = ReturnType<typeof timestamp>;

export interface ZoneOptions extends RemoteOptions {
  readonly file?: string;
  readonly name?: string;
  readonly placeType?: string;
  readonly purpose?: string;
  readonly necessity?: string;
  readonly method?: string;
  readonly geofence?: string;
  readonly datum?: DatumWord;
  readonly entrance?: readonly Entrance[];
  readonly privateArea?: readonly PrivateArea[];
  readonly network?: readonly string[];
  readonly retentionDaysMax?: number;
  readonly inspectionDays?: number;
  readonly validFrom?: Instant;
  readonly validUntil?: Instant;
}

export const zoneFileHelp = `
A zone file is one YAML or JSON document as "cordon apply" takes it, for example
deploy/examples/plaza/zone.yaml. Options given beside it win; its state is not looked at.`;

/** Adds what a zone is made of. */
export function withZoneOptions(command: Command): Command {
  return command
    .option("-f, --file <file>", "YAML or JSON that describes the zone")
    .option("--name <text>", "display name", text(NAME_CHARACTERS_MAX))
    .option("--place-type <type>", placeTypes.map(typed).join(", "), word(placeTypes))
    .option("--purpose <purpose>", purposes.map(typed).join(", "), word(purposes))
    .option("--necessity <text>", "why it is necessary here", text(STATEMENT_CHARACTERS_MAX))
    .option("--method <text>", "how faces are processed here", text(STATEMENT_CHARACTERS_MAX))
    .option("--geofence <file>", "GeoJSON Polygon or MultiPolygon")
    .option("--datum <datum>", "of all coordinates: wgs84, gcj02 or bd09", word(datums))
    .option("--entrance <id:lat,lon>", "a way in; give it for each", repeated(entrance))
    .option(
      "--private-area <id:file>",
      "GeoJSON of a part in which nobody may be watched; may be repeated",
      repeated(privateArea),
    )
    .option("--network <cidr>", "a network that cameras may send from", repeated(String))
    .option(
      "--retention-days-max <n>",
      "longest that a template may be kept",
      integer(1, RETENTION_DAYS_MAX),
    )
    .option(
      "--inspection-days <n>",
      "longest time between inspections of a sign",
      integer(1, INSPECTION_INTERVAL_DAYS_MAX),
    )
    .option("--valid-from <date>", "when it begins to be valid (default now)", timestamp)
    .option("--valid-until <date>", "when it ceases to be valid", timestamp)
    .addHelpText("after", zoneFileHelp);
}

/** What the options, and the file among them, say of a zone; a file says everything. */
export function zoneOf(options: ZoneOptions): CreateZoneRequest {
  const { file, name, placeType, purpose, necessity, method, geofence } = options;
  const { validFrom, validUntil, privateArea: areas, network, datum: datumWord } = options;
  const fromFile = file === undefined ? {} : zoneRequest(loadDocument(file, "Zone"));
  const datum = datumWord === undefined ? undefined : (`DATUM_${datumWord}` as Datum);
  return {
    ...fromFile,
    ...(name === undefined ? {} : { displayName: name }),
    ...(placeType === undefined ? {} : { placeType: `PLACE_TYPE_${placeType}` as PlaceType }),
    ...(purpose === undefined ? {} : { purpose: `PURPOSE_${purpose}` as Purpose }),
    ...(necessity === undefined ? {} : { necessity }),
    ...(method === undefined ? {} : { method }),
    ...(geofence === undefined ? {} : { geofenceGeojson: readFile(geofence).toString("utf8") }),
    ...(datum === undefined ? {} : { geofenceDatum: datum }),
    ...(options.entrance === undefined ? {} : { entrances: withDatum(options.entrance, datum) }),
    ...(areas === undefined ? {} : { privateAreas: [...areas] }),
    ...(network === undefined ? {} : { permittedNetworks: [...network] }),
    ...sparse("retentionDaysMax", options.retentionDaysMax),
    ...sparse("inspectionIntervalDays", options.inspectionDays),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

/**
 * What a request says, as the API's field masks name it: `geofence_geojson`. The datum of a
 * request without polygons is that of each entrance, and no field of the zone.
 */
export function maskOf(request: CreateZoneRequest): string[] {
  const hasPolygons = request.geofenceGeojson !== undefined || request.privateAreas !== undefined;
  return Object.keys(request)
    .filter((name) => name !== "zoneId" && (name !== "geofenceDatum" || hasPolygons))
    .map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

function sparse(name: string, value: number | undefined): object {
  return value === undefined ? {} : { [name]: value };
}

function withDatum(entrances: readonly Entrance[], datum: Datum | undefined): Entrance[] {
  if (datum === undefined) return [...entrances];
  return entrances.map((way) => ({ ...way, position: { ...way.position, datum } }));
}

function entrance(value: string): Entrance {
  const [entranceId, rest] = named(value);
  const place: LatLng = position(rest);
  return { entranceId, displayName: entranceId, position: place };
}

function privateArea(value: string): PrivateArea {
  const [areaId, file] = named(value);
  return { areaId, displayName: areaId, geojson: readFile(file).toString("utf8") };
}

function named(value: string): readonly [id: string, rest: string] {
  const colon = value.indexOf(":");
  return [slug(value.slice(0, Math.max(0, colon))), value.slice(colon + 1)];
}

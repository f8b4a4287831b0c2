import type { Command } from "commander";
import type { CreateZoneRequest } from "../api/generated/cordon/v1/CreateZoneRequest.js";
import type { Datum } from "../api/generated/cordon/v1/Datum.js";
import type { Entrance } from "../api/generated/cordon/v1/Entrance.js";
import type { PlaceType } from "../api/generated/cordon/v1/PlaceType.js";
import type { Zone__Output } from "../api/generated/cordon/v1/Zone.js";
import { UsageError } from "./failure.js";
import { print } from "./output.js";
import { type LatLng, position, readFile, repeated, slug, text, timestamp, word } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import type { Paint } from "./text.js";
import { type DatumWord, datums, placeTypes, typed } from "./words.js";

const NAME_CHARACTERS_MAX = 200;
const NECESSITY_CHARACTERS_MAX = 4000;

type Instant = ReturnType<typeof timestamp>;

interface CreateOptions extends RemoteOptions {
  readonly file?: string;
  readonly name?: string;
  readonly placeType?: string;
  readonly necessity?: string;
  readonly geofence?: string;
  readonly datum?: DatumWord;
  readonly entrance?: readonly Entrance[];
  readonly validFrom?: Instant;
  readonly validUntil?: Instant;
}

const example = `cordon zone create gate-4 --place-type stadium-or-venue --name "Gate 4" \\
  --necessity "Banned persons at matches" --geofence gate-4.geojson \\
  --entrance east:31.23042,121.47370 --valid-until 2027-01-01
cordon zone create --file gate-4.yaml`;

const fileHelp = `
A zone file is YAML or JSON with: zone_id, display_name, place_type, necessity,
geofence (GeoJSON), geofence_datum, entrances (entrance_id, display_name, latitude,
longitude, datum), valid_from, valid_until. Options given beside it win.`;

/** `cordon zone create`, from a file, from options, or both. */
export function zoneCreateCommand(
  session: Session,
  describe: (zone: Zone__Output | null, paint: Paint) => string,
): Command {
  return remoteCommand(session, "create", "Make a zone, in state DRAFT.", example)
    .argument("[zone]", "id of the zone", slug)
    .option("-f, --file <file>", "YAML or JSON that describes the zone")
    .option("--name <text>", "display name", text(NAME_CHARACTERS_MAX))
    .option("--place-type <type>", placeTypes.map(typed).join(", "), word(placeTypes))
    .option("--necessity <text>", "why it is necessary here", text(NECESSITY_CHARACTERS_MAX))
    .option("--geofence <file>", "GeoJSON Polygon or MultiPolygon")
    .option("--datum <datum>", "of all coordinates: wgs84, gcj02 or bd09", word(datums))
    .option("--entrance <id:lat,lon>", "a way in; give it for each", repeated(entrance))
    .option("--valid-from <date>", "when it begins to be valid (default now)", timestamp)
    .option("--valid-until <date>", "when it ceases to be valid", timestamp)
    .addHelpText("after", fileHelp)
    .action(async (zoneId: string | undefined, options: CreateOptions) => {
      await withClient(session, options, async (client) => {
        const request = await requestOf(zoneId, options);
        const { zone } = await client.zone.createZone(request);
        print(session, options.json === true, zone, (paint) => describe(zone, paint));
      });
    });
}

async function requestOf(zoneId: string | undefined, options: CreateOptions) {
  const { file, name, placeType, necessity, geofence, validFrom, validUntil } = options;
  const fromFile = file === undefined ? {} : (await import("./zone-file.js")).readZoneFile(file);
  const datum = options.datum === undefined ? undefined : (`DATUM_${options.datum}` as Datum);
  const request: CreateZoneRequest = {
    ...fromFile,
    ...(zoneId === undefined ? {} : { zoneId }),
    ...(name === undefined ? {} : { displayName: name }),
    ...(placeType === undefined ? {} : { placeType: `PLACE_TYPE_${placeType}` as PlaceType }),
    ...(necessity === undefined ? {} : { necessity }),
    ...(geofence === undefined ? {} : { geofenceGeojson: readFile(geofence).toString("utf8") }),
    ...(datum === undefined ? {} : { geofenceDatum: datum }),
    ...(options.entrance === undefined ? {} : { entrances: withDatum(options.entrance, datum) }),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
  if (!request.zoneId) throw new UsageError("Name the zone: cordon zone create ZONE ...");
  if (!request.geofenceGeojson) throw new UsageError("Give --geofence FILE, or --file ZONE.yaml.");
  if (!request.validUntil) throw new UsageError("Say until when: --valid-until 2027-01-01.");
  if (!request.placeType) throw new UsageError("Give --place-type.");
  return request;
}

function withDatum(entrances: readonly Entrance[], datum: Datum | undefined): Entrance[] {
  if (datum === undefined) return [...entrances];
  return entrances.map((way) => ({ ...way, position: { ...way.position, datum } }));
}

function entrance(value: string): Entrance {
  const colon = value.indexOf(":");
  const entranceId = slug(value.slice(0, Math.max(0, colon)));
  const place: LatLng = position(value.slice(colon + 1));
  return { entranceId, displayName: entranceId, position: place };
}

import type { Command } from "commander";
import type { Camera, Camera__Output } from "../api/generated/cordon/v1/Camera.js";
import type { Datum } from "../api/generated/cordon/v1/Datum.js";
import { toGeojson } from "../compliance/geofence.js";
import type { CordonClient } from "../transport/client/client.js";
import { CordonClientError } from "../transport/client/error.js";
import { type Change, changesOf } from "./apply/change.js";
import { seenCamera } from "./apply/plan-camera.js";
import { polygonsOf } from "./documents/fields.js";
import { UsageError } from "./failure.js";
import { print } from "./output.js";
import { type LatLng, position, readFile, slug, text, word } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { harmless, paintFor } from "./text.js";
import { type DatumWord, datums } from "./words.js";

const NAME_CHARACTERS_MAX = 200;
const DEVICE_IDENTITY_CHARACTERS_MAX = 100;
/** Longest text of a change that is shown whole, characters; a polygon has many more. */
const SHOWN_CHARACTERS_MAX = 60;

interface RegisterOptions extends RemoteOptions {
  readonly zone: string;
  readonly name?: string;
  readonly position?: LatLng;
  readonly datum?: DatumWord;
  readonly mobile?: boolean;
  readonly fieldOfView?: string;
  readonly deviceIdentity?: string;
  readonly replace?: boolean;
}

/** `cordon camera register`: a new one, or another description of one that there is. */
export function registerCommand(session: Session): Command {
  return remoteCommand(
    session,
    "register",
    "Register a camera to a zone, or describe anew one that is registered there.",
    `cordon camera register cam-7 --zone gate-4 --position 31.23040,121.47365
cordon camera register cam-8 --zone gate-4 --position 31.23041,121.47366 \\
  --field-of-view cam-8.geojson --device-identity SN-20260817-0042
cordon camera register van-1 --zone gate-4 --mobile`,
  )
    .argument("<camera>", "id of the camera", slug)
    .requiredOption("--zone <zone>", "zone it watches", slug)
    .option("--position <lat,lon>", "where a fixed camera stands", position)
    .option("--datum <datum>", "of position and field of view: wgs84, gcj02 or bd09", word(datums))
    .option("--mobile", "it moves, and says where it is with each query")
    .option("--field-of-view <file>", "what a fixed camera sees: GeoJSON Polygon")
    .option(
      "--device-identity <text>",
      "serial number or the like",
      text(DEVICE_IDENTITY_CHARACTERS_MAX),
    )
    .option("--name <text>", "display name", text(NAME_CHARACTERS_MAX))
    .option("--replace", "also drop what is on record and not given here")
    .action(async (cameraId: string, options: RegisterOptions) => {
      await withClient(session, options, async (client) => {
        const wanted = cameraOf(cameraId, options);
        const before = await registered(client, cameraId);
        const changes = before === null ? [] : changesFrom(before, wanted, options);
        const { camera } = await client.camera.registerCamera({ camera: wanted });
        print(session, options.json === true, camera, () =>
          before === null
            ? `camera ${cameraId} is registered to ${options.zone}`
            : updated(before, changes),
        );
        await warnOfPlace(session, client, options.zone, cameraId);
      });
    });
}

function cameraOf(cameraId: string, options: RegisterOptions): Camera {
  const { zone: zoneId, mobile = false, position: at } = options;
  if (mobile === (at !== undefined)) throw new UsageError("Give --position or --mobile.");
  if (mobile && options.fieldOfView !== undefined) {
    throw new UsageError("A mobile camera has no field of view on record.");
  }
  const datum = `DATUM_${options.datum ?? "WGS84"}` as Datum;
  return {
    cameraId,
    zoneId,
    displayName: options.name ?? cameraId,
    mobile,
    ...(at === undefined ? {} : { position: { ...at, datum } }),
    fieldOfViewGeojson: fieldOfViewOf(options),
    deviceIdentity: options.deviceIdentity ?? "",
  };
}

/** The camera as it is on record, or null. */
async function registered(client: CordonClient, cameraId: string): Promise<Camera__Output | null> {
  try {
    return (await client.camera.getCamera({ cameraId })).camera;
  } catch (thrown) {
    if (thrown instanceof CordonClientError && thrown.status === "NOT_FOUND") return null;
    throw thrown;
  }
}

/** @throws Error when the camera is another zone's, or something on record would be lost unsaid */
function changesFrom(
  before: Camera__Output,
  wanted: Camera,
  options: RegisterOptions,
): readonly Change[] {
  const { cameraId, zoneId } = before;
  if (zoneId !== wanted.zoneId) {
    throw new Error(
      `camera ${cameraId} is registered to zone ${zoneId}, and watches it. Is it another camera ` +
        "that you mean? Give that one an id of its own.\n" +
        `  If it was moved: cordon camera remove ${cameraId}, then register it to ${wanted.zoneId}.`,
    );
  }
  const changes = changesOf(seenCamera(before), seenCamera(wanted));
  const lost = changes.filter(
    ({ field, to }) => !to || (field === "display_name" && options.name === undefined),
  );
  if (lost.length === 0 || options.replace === true) return changes;
  const lines = lost.map((change) => `  ${lineOf(change)}`);
  throw new Error(
    `camera ${cameraId} is registered already, and this would lose of it:\n${lines.join("\n")}\n` +
      "  Give it here too, or say --replace.",
  );
}

function updated({ cameraId, zoneId }: Camera__Output, changes: readonly Change[]): string {
  if (changes.length === 0) return `camera ${cameraId} is registered to ${zoneId} as it was`;
  const lines = changes.map((change) => `  ${lineOf(change)}`);
  return [`camera ${cameraId} of zone ${zoneId} is updated`, ...lines].join("\n");
}

function lineOf({ field, from, to }: Change): string {
  return `${field.replaceAll("_", " ")}: ${shown(from)} -> ${shown(to)}`;
}

function shown(value: string | null): string {
  if (!value) return "none";
  const text = harmless(value);
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}...` : text;
}

/** Says on stderr where the gate will refuse the camera for its place. It is registered anyhow. */
async function warnOfPlace(
  session: Session,
  client: CordonClient,
  zoneId: string,
  cameraId: string,
): Promise<void> {
  const request = { zoneId, cameraId, galleryId: "", withinDays: 0 };
  // Whoever may not look at the checklist has registered the camera all the same.
  const { items } = await client.zone.checkZone(request).catch(() => ({ items: [] }));
  const paint = paintFor(session.stderr, session.env);
  for (const { reason, satisfied, subject, description } of items) {
    const isPlace = reason === "CAMERA_OUTSIDE_GEOFENCE" || reason === "PRIVATE_SPACE";
    if (satisfied || !isPlace || !subject.includes(cameraId)) continue;
    session.stderr.write(
      `${paint("yellow", "warning:")} ${harmless(description)} The gate will refuse it. [${reason}]\n`,
    );
  }
}

/** In WGS-84, which alone the API takes here. */
function fieldOfViewOf({ fieldOfView: file, datum = "WGS84" }: RegisterOptions): string {
  if (file === undefined) return "";
  const text = readFile(file).toString("utf8");
  if (datum === "WGS84") return text;
  const read = polygonsOf(text, datum);
  if ("problem" in read) throw new Error(`${file}: ${read.problem}`);
  return toGeojson(read);
}

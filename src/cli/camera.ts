import { Command } from "commander";
import type { Camera__Output } from "../api/generated/cordon/v1/Camera.js";
import type { Datum } from "../api/generated/cordon/v1/Datum.js";
import { toGeojson } from "../compliance/geofence.js";
import { polygonsOf } from "./documents/fields.js";
import { UsageError } from "./failure.js";
import { type ListOptions, printList } from "./listing.js";
import { print } from "./output.js";
import { type LatLng, position, readFile, slug, text, word } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";
import { type DatumWord, datums } from "./words.js";

const NAME_CHARACTERS_MAX = 200;
const DEVICE_IDENTITY_CHARACTERS_MAX = 100;

interface RegisterOptions extends RemoteOptions {
  readonly zone: string;
  readonly name?: string;
  readonly position?: LatLng;
  readonly datum?: DatumWord;
  readonly mobile?: boolean;
  readonly fieldOfView?: string;
  readonly deviceIdentity?: string;
}

/** `cordon camera`: the registered devices that may ask. */
export function cameraCommand(session: Session): Command {
  return new Command("camera")
    .description("Cameras: the registered devices that may ask.")
    .addCommand(register(session))
    .addCommand(list(session))
    .addCommand(show(session))
    .addCommand(remove(session));
}

function register(session: Session): Command {
  return remoteCommand(
    session,
    "register",
    "Register a camera to a zone. One with the same id is replaced.",
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
    .action(async (cameraId: string, options: RegisterOptions) => {
      await withClient(session, options, async (client) => {
        const { zone: zoneId, mobile = false, position: at } = options;
        if (mobile === (at !== undefined)) throw new UsageError("Give --position or --mobile.");
        if (mobile && options.fieldOfView !== undefined) {
          throw new UsageError("A mobile camera has no field of view on record.");
        }
        const datum = `DATUM_${options.datum ?? "WGS84"}` as Datum;
        const answer = await client.camera.registerCamera({
          camera: {
            cameraId,
            zoneId,
            displayName: options.name ?? cameraId,
            mobile,
            ...(at === undefined ? {} : { position: { ...at, datum } }),
            fieldOfViewGeojson: fieldOfViewOf(options),
            deviceIdentity: options.deviceIdentity ?? "",
          },
        });
        print(
          session,
          options.json === true,
          answer.camera,
          () => `camera ${cameraId} is registered to ${zoneId}`,
        );
      });
    });
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

function list(session: Session): Command {
  const command = remoteCommand(
    session,
    "list",
    "List cameras.",
    "cordon camera list --zone gate-4",
  );
  return withLimit(command)
    .option("--zone <zone>", "only those of this zone", slug)
    .action(async (options: ListOptions & { zone?: string }) => {
      const zoneId = options.zone ?? "";
      await printList(
        session,
        options,
        "cameras",
        async (client, page) => {
          const answer = await client.camera.listCameras({ zoneId, ...page });
          return [answer.cameras, answer.nextPageToken];
        },
        [
          { title: "camera", cell: (camera) => camera.cameraId },
          { title: "zone", cell: (camera) => camera.zoneId },
          { title: "place", cell: placeOf },
          { title: "name", cell: (camera) => camera.displayName },
        ],
      );
    });
}

function show(session: Session): Command {
  return remoteCommand(session, "show", "Show a camera.", "cordon camera show cam-7")
    .argument("<camera>", "id of the camera", slug)
    .action(async (cameraId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const { camera } = await client.camera.getCamera({ cameraId });
        print(session, options.json === true, camera, (paint) =>
          camera === null
            ? "-"
            : facts(
                [
                  ["camera", camera.cameraId],
                  ["zone", camera.zoneId],
                  ["place", placeOf(camera)],
                  ["name", camera.displayName],
                  ["device", camera.deviceIdentity || "-"],
                  ["field of view", camera.fieldOfViewGeojson || "-"],
                ],
                paint,
              ),
        );
      });
    });
}

function remove(session: Session): Command {
  return remoteCommand(session, "remove", "Remove a camera.", "cordon camera remove cam-7")
    .argument("<camera>", "id of the camera", slug)
    .action(async (cameraId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        await client.camera.removeCamera({ cameraId });
        print(session, options.json === true, {}, () => `camera ${cameraId} is removed`);
      });
    });
}

function placeOf({ mobile, position: at }: Camera__Output): string {
  if (mobile || at === null) return "mobile";
  return `${at.latitude.toFixed(6)},${at.longitude.toFixed(6)}`;
}

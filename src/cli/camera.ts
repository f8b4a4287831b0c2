import { Command } from "commander";
import type { Camera__Output } from "../api/generated/cordon/v1/Camera.js";
import { registerCommand } from "./camera-register.js";
import { type ListOptions, printList } from "./listing.js";
import { print } from "./output.js";
import { slug } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";

/** `cordon camera`: the registered devices that may ask. */
export function cameraCommand(session: Session): Command {
  return new Command("camera")
    .description("Cameras: the registered devices that may ask.")
    .addCommand(registerCommand(session))
    .addCommand(list(session))
    .addCommand(show(session))
    .addCommand(remove(session));
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

import type { Command } from "commander";
import { instant, print } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";

/** `cordon info`: what runs at the address. */
export function infoCommand(session: Session): Command {
  return remoteCommand(
    session,
    "info",
    "Show what runs there: version, models, limits, counts.",
    "cordon info --address 127.0.0.1:50051",
  ).action(async (options: RemoteOptions) => {
    await withClient(session, options, async (client) => {
      const info = await client.server.getServerInfo({});
      const { modelPack } = info;
      const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
      print(session, options.json === true, info, (paint) =>
        facts(
          [
            ["version", info.version],
            ["started", instant(info.startTime)],
            ["model pack", `${modelPack?.name} (${modelPack?.dimension} dimensions)`],
            ["weights licence", modelPack?.weightsLicence ?? ""],
            ["execution provider", info.executionProvider],
            ["vision workers", `${info.visionWorkers}`],
            ["index driver", info.indexDriver],
            ["FPIR target", `${info.fpirTarget}`],
            ["smallest face", `${info.faceSizeMinPx} px`],
            ["faces per frame", `at most ${info.facesPerFrameMax}`],
            ["largest message", mebibytes(info.messageSizeBytesMax)],
            [
              "largest image",
              `${mebibytes(info.imageSizeBytesMax)}, ${info.imagePixelsMax} pixels`,
            ],
            ["zones", `${info.zoneCount}`],
            ["galleries", `${info.galleryCount}`],
            ["persons", `${info.personCount}`],
          ],
          paint,
        ),
      );
    });
  });
}

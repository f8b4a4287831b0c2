import type { Command } from "commander";
import type { IndexInfo__Output } from "../api/generated/cordon/v1/IndexInfo.js";
import type { IndexMethodInfo__Output } from "../api/generated/cordon/v1/IndexMethodInfo.js";
import { instant, print } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { facts, table } from "./table.js";
import { counted, type Paint } from "./text.js";

/** Galleries that the server tells of, at most. */
const GALLERIES_MAX = 100;

interface InfoOptions extends RemoteOptions {
  readonly galleries?: true;
}

/** `cordon info`: what runs at the address. */
export function infoCommand(session: Session): Command {
  const command = remoteCommand(
    session,
    "info",
    "Show what runs there: version, models, limits, counts.",
    "cordon info --address 127.0.0.1:50051",
  );
  const help = "how each of the largest hundred galleries is searched, and why";
  return command.option("--galleries", help).action(async (options: InfoOptions) => {
    await withClient(session, options, async (client) => {
      if (options.galleries === true) {
        const { index } = await client.server.getServerInfo({ galleries: GALLERIES_MAX });
        print(session, options.json === true, index, (paint) => galleryTable(index, paint));
        return;
      }
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
            ["index", indexLine(info.index)],
            ...methodLines(info.index),
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

function indexLine(index: IndexInfo__Output | null): string {
  return `${index?.workers ?? 0} threads, kernel ${index?.kernels.join(" ") || "unknown"}`;
}

/** A line for each method in use, and what is counted in them. */
function methodLines(index: IndexInfo__Output | null): (readonly [string, string])[] {
  const lines = (index?.methods ?? []).filter(isInUse).map(methodLine);
  if (lines.length === 0) return lines;
  const counting = "a template counts in each gallery that has it, and in the roster of everybody";
  return [...lines, ["", counting]];
}

function isInUse({ templates }: IndexMethodInfo__Output): boolean {
  return templates > 0;
}

function methodLine(one: IndexMethodInfo__Output): readonly [string, string] {
  const size = `${counted(one.templates, "template")}, ${Math.ceil(one.bytes / 1024 / 1024)} MiB`;
  return [`searched ${one.method}`, `${size}${recall(one)}`];
}

function recall({ replayed, agreed }: { readonly replayed: number; readonly agreed: number }) {
  if (replayed === 0) return "";
  return `, recall@1 ${(agreed / replayed).toFixed(4)} of ${replayed} replayed`;
}

function galleryTable(index: IndexInfo__Output | null, paint: Paint): string {
  return table(
    index?.galleries ?? [],
    [
      { title: "gallery", cell: (gallery) => gallery.galleryId },
      { title: "persons", cell: (gallery) => `${gallery.persons}`, align: "right" },
      { title: "templates", cell: (gallery) => `${gallery.templates}`, align: "right" },
      { title: "searched", cell: (gallery) => gallery.methods.join(" and ") || "-" },
      { title: "why", cell: (gallery) => `${gallery.reasons.join("; ")}${recall(gallery)}` },
    ],
    paint,
  );
}

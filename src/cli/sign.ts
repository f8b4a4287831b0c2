import { Command } from "commander";
import type { Datum } from "../api/generated/cordon/v1/Datum.js";
import type { NoticeItem } from "../api/generated/cordon/v1/NoticeItem.js";
import { UsageError } from "./failure.js";
import { type ListOptions, printList, removeCommand } from "./listing.js";
import { instant, print } from "./output.js";
import { fileSha256, type LatLng, position, sha256, slug, text, timestamp, word } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { type DatumWord, datums, noticeItems, typed } from "./words.js";

const INSPECTOR_CHARACTERS_MAX = 100;

interface RecordOptions extends RemoteOptions {
  readonly zone: string;
  readonly entrance: string;
  readonly position: LatLng;
  readonly datum?: DatumWord;
  readonly photo?: string;
  readonly photoSha256?: Buffer;
  readonly installed?: ReturnType<typeof timestamp>;
  readonly items: readonly string[];
}

/** `cordon sign`: the notices at a zone's entrances. */
export function signCommand(session: Session): Command {
  return new Command("sign")
    .description("Signs: the conspicuous notices at a zone's entrances.")
    .addCommand(record(session))
    .addCommand(inspect(session))
    .addCommand(list(session))
    .addCommand(remove(session));
}

function record(session: Session): Command {
  return remoteCommand(
    session,
    "record",
    "Record an installed sign. One with the same id is replaced.",
    `cordon sign record east-1 --zone gate-4 --entrance east \\
  --position 31.23042,121.47370 --photo east-1.jpg --installed 2026-03-01 \\
  --items all`,
  )
    .argument("<sign>", "id of the sign", slug)
    .requiredOption("--zone <zone>", "zone it belongs to", slug)
    .requiredOption("--entrance <entrance>", "entrance at which it stands", slug)
    .requiredOption("--position <lat,lon>", "where it stands", position)
    .option("--datum <datum>", "of the position: wgs84, gcj02 or bd09", word(datums))
    .requiredOption(
      "--items <items>",
      `items of Art. 5 that its text carries: all, or some of ${noticeItems.map(typed).join(",")}`,
      itemList,
    )
    .option("--photo <file>", "photograph that proves it; only its SHA-256 is sent")
    .option("--photo-sha256 <hex>", "SHA-256 of the photograph, when it is elsewhere", sha256)
    .option("--installed <date>", "when it was installed (default now)", timestamp)
    .action(async (signId: string, options: RecordOptions) => {
      await withClient(session, options, async (client) => {
        const sign = {
          signId,
          zoneId: options.zone,
          entranceId: options.entrance,
          position: { ...options.position, datum: `DATUM_${options.datum ?? "WGS84"}` as Datum },
          photoSha256: photoOf(options),
          items: options.items.map((item) => `NOTICE_ITEM_${item}` as NoticeItem),
          installTime: options.installed ?? { seconds: Math.floor(Date.now() / 1000), nanos: 0 },
        };
        const answer = await client.signage.recordSign({ sign });
        print(
          session,
          options.json === true,
          answer.sign,
          () => `sign ${signId} is recorded at entrance ${options.entrance} of ${options.zone}`,
        );
      });
    });
}

function itemList(value: string): readonly string[] {
  if (value === "all") return noticeItems;
  return value.split(",").map(word(noticeItems));
}

interface InspectOptions extends RemoteOptions {
  readonly zone: string;
  readonly by: string;
  readonly at?: ReturnType<typeof timestamp>;
  readonly photo?: string;
  readonly photoSha256?: Buffer;
}

function inspect(session: Session): Command {
  return remoteCommand(
    session,
    "inspect",
    "Record that somebody looked at a sign and found it in order.",
    'cordon sign inspect east-1 --zone gate-4 --by "Chen Wei"',
  )
    .argument("<sign>", "id of the sign", slug)
    .requiredOption("--zone <zone>", "zone it belongs to", slug)
    .requiredOption("--by <name>", "who looked", text(INSPECTOR_CHARACTERS_MAX))
    .option("--at <date>", "when (default now)", timestamp)
    .option("--photo <file>", "a new photograph; only its SHA-256 is sent")
    .option("--photo-sha256 <hex>", "SHA-256 of it, when it is elsewhere", sha256)
    .action(async (signId: string, options: InspectOptions) => {
      await withClient(session, options, async (client) => {
        const hasPhoto = options.photo !== undefined || options.photoSha256 !== undefined;
        const { sign } = await client.signage.inspectSign({
          zoneId: options.zone,
          signId,
          inspector: options.by,
          ...(options.at === undefined ? {} : { inspectTime: options.at }),
          ...(hasPhoto ? { photoSha256: photoOf(options) } : {}),
        });
        print(
          session,
          options.json === true,
          sign,
          () => `sign ${signId} of ${options.zone} was inspected at ${instant(sign?.inspectTime)}`,
        );
      });
    });
}

function photoOf({ photo, photoSha256 }: Pick<RecordOptions, "photo" | "photoSha256">): Buffer {
  if (photo !== undefined && photoSha256 === undefined) return fileSha256(photo);
  if (photo === undefined && photoSha256 !== undefined) return photoSha256;
  throw new UsageError("Give the photograph that proves the sign: --photo or --photo-sha256.");
}

function list(session: Session): Command {
  const command = remoteCommand(session, "list", "List a zone's signs.", "cordon sign list gate-4");
  return withLimit(command)
    .argument("<zone>", "id of the zone", slug)
    .action(async (zoneId: string, options: ListOptions) => {
      await printList(
        session,
        options,
        "signs",
        async (client, page) => {
          const answer = await client.signage.listSigns({ zoneId, ...page });
          return [answer.signs, answer.nextPageToken];
        },
        [
          { title: "sign", cell: (sign) => sign.signId },
          { title: "entrance", cell: (sign) => sign.entranceId },
          { title: "installed", cell: (sign) => instant(sign.installTime) },
          { title: "inspected", cell: (sign) => instant(sign.inspectTime) },
          { title: "items", cell: (sign) => `${sign.items.length} of ${noticeItems.length}` },
          {
            title: "photograph",
            cell: (sign) => sign.photoSha256.toString("hex").slice(0, 16),
          },
        ],
      );
    });
}

function remove(session: Session): Command {
  return removeCommand(session, {
    what: "sign",
    argument: "sign",
    zoneHelp: "zone it belongs to",
    example: "cordon sign remove east-1 --zone gate-4",
    remove: (client, zoneId, signId) => client.signage.removeSign({ zoneId, signId }),
  });
}

import { Command } from "commander";
import type { Datum } from "../api/generated/cordon/v1/Datum.js";
import { UsageError } from "./failure.js";
import { instant, print } from "./output.js";
import { fileSha256, type LatLng, position, sha256, slug, timestamp, word } from "./parse.js";
import { pages, type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { table } from "./table.js";
import { type DatumWord, datums } from "./words.js";

interface RecordOptions extends RemoteOptions {
  readonly zone: string;
  readonly entrance: string;
  readonly position: LatLng;
  readonly datum?: DatumWord;
  readonly photo?: string;
  readonly photoSha256?: Buffer;
  readonly installed?: ReturnType<typeof timestamp>;
}

/** `cordon sign`: the notices at a zone's entrances. */
export function signCommand(session: Session): Command {
  return new Command("sign")
    .description("Signs: the conspicuous notices at a zone's entrances.")
    .addCommand(record(session))
    .addCommand(list(session))
    .addCommand(remove(session));
}

function record(session: Session): Command {
  return remoteCommand(
    session,
    "record",
    "Record an installed sign. One with the same id is replaced.",
    `cordon sign record east-1 --zone gate-4 --entrance east \\
  --position 31.23042,121.47370 --photo east-1.jpg --installed 2026-03-01`,
  )
    .argument("<sign>", "id of the sign", slug)
    .requiredOption("--zone <zone>", "zone it belongs to", slug)
    .requiredOption("--entrance <entrance>", "entrance at which it stands", slug)
    .requiredOption("--position <lat,lon>", "where it stands", position)
    .option("--datum <datum>", "of the position: wgs84, gcj02 or bd09", word(datums))
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

function photoOf({ photo, photoSha256 }: RecordOptions): Buffer {
  if (photo !== undefined && photoSha256 === undefined) return fileSha256(photo);
  if (photo === undefined && photoSha256 !== undefined) return photoSha256;
  throw new UsageError("Give the photograph that proves the sign: --photo or --photo-sha256.");
}

function list(session: Session): Command {
  const command = remoteCommand(session, "list", "List a zone's signs.", "cordon sign list gate-4");
  return withLimit(command)
    .argument("<zone>", "id of the zone", slug)
    .action(async (zoneId: string, options: RemoteOptions & { limit: number }) => {
      await withClient(session, options, async (client) => {
        const signs = await pages(session, options.limit, async (page) => {
          const answer = await client.signage.listSigns({ zoneId, ...page });
          return [answer.signs, answer.nextPageToken];
        });
        print(session, options.json === true, { signs }, (paint) =>
          table(
            signs,
            [
              { title: "sign", cell: (sign) => sign.signId },
              { title: "entrance", cell: (sign) => sign.entranceId },
              { title: "installed", cell: (sign) => instant(sign.installTime) },
              {
                title: "photograph",
                cell: (sign) => sign.photoSha256.toString("hex").slice(0, 16),
              },
            ],
            paint,
          ),
        );
      });
    });
}

function remove(session: Session): Command {
  return remoteCommand(
    session,
    "remove",
    "Remove a sign.",
    "cordon sign remove east-1 --zone gate-4",
  )
    .argument("<sign>", "id of the sign", slug)
    .requiredOption("--zone <zone>", "zone it belongs to", slug)
    .action(async (signId: string, options: RemoteOptions & { zone: string }) => {
      await withClient(session, options, async (client) => {
        await client.signage.removeSign({ zoneId: options.zone, signId });
        print(session, options.json === true, {}, () => `sign ${signId} is removed`);
      });
    });
}

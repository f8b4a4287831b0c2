import { Command } from "commander";
import { UsageError } from "./failure.js";
import { type ListOptions, printList, removeCommand } from "./listing.js";
import { instant, print } from "./output.js";
import { fileSha256, repeated, sha256, slug, text, timestamp } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";

const CITATION_CHARACTERS_MAX = 500;

interface RecordOptions extends RemoteOptions {
  readonly zone: string;
  readonly network: readonly string[];
  readonly law?: string;
  readonly consents?: string;
  readonly consentsSha256?: Buffer;
  readonly validUntil: ReturnType<typeof timestamp>;
}

/** `cordon safeguard egress`: why face information may come from other networks (Art. 8). */
export function egressCommand(session: Session): Command {
  return new Command("egress")
    .description("Egress bases: why face information may come from networks not permitted.")
    .addCommand(record(session))
    .addCommand(list(session))
    .addCommand(remove(session));
}

function record(session: Session): Command {
  return remoteCommand(
    session,
    "record",
    "Record a basis: a law, or the evidence of separate consents.",
    `cordon safeguard egress record police-link --zone gate-4 --network 203.0.113.0/24 \\
  --law "Counter-Terrorism Law, Art. 27" --valid-until 2027-01-01`,
  )
    .argument("<basis>", "id of the basis", slug)
    .requiredOption("--zone <zone>", "zone that it is for", slug)
    .requiredOption("--network <cidr>", "network; may be repeated", repeated(String))
    .requiredOption("--valid-until <date>", "when it ends", timestamp)
    .option("--law <citation>", "law or regulation", text(CITATION_CHARACTERS_MAX))
    .option("--consents <file>", "evidence of the consents; only its SHA-256 is sent")
    .option("--consents-sha256 <hex>", "SHA-256 of it, when it is elsewhere", sha256)
    .action(async (basisId: string, options: RecordOptions) => {
      await withClient(session, options, async (client) => {
        const { zone: zoneId, network, law: citation = "", validUntil } = options;
        const { basis } = await client.safeguard.recordEgressBasis({
          basis: {
            basisId,
            zoneId,
            networks: [...network],
            citation,
            consentEvidenceSha256: evidenceOf(options),
            validUntil,
          },
        });
        print(
          session,
          options.json === true,
          basis,
          () => `egress basis ${basisId} is on record for ${zoneId}`,
        );
      });
    });
}

function evidenceOf({ law, consents, consentsSha256 }: RecordOptions): Buffer {
  const given = [law, consents, consentsSha256].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError("Give --law, --consents or --consents-sha256.");
  if (consents !== undefined) return fileSha256(consents);
  return consentsSha256 ?? Buffer.alloc(0);
}

function list(session: Session): Command {
  const example = "cordon safeguard egress list --zone gate-4";
  return withLimit(remoteCommand(session, "list", "List egress bases.", example))
    .option("--zone <zone>", "only those of this zone", slug)
    .action(async (options: ListOptions & { zone?: string }) => {
      const zoneId = options.zone ?? "";
      await printList(
        session,
        options,
        "bases",
        async (client, page) => {
          const answer = await client.safeguard.listEgressBases({ zoneId, ...page });
          return [answer.bases, answer.nextPageToken];
        },
        [
          { title: "basis", cell: (basis) => basis.basisId },
          { title: "zone", cell: (basis) => basis.zoneId },
          { title: "networks", cell: (basis) => basis.networks.join(", ") },
          { title: "stands on", cell: (basis) => basis.citation || "separate consents" },
          { title: "valid until", cell: (basis) => instant(basis.validUntil) },
        ],
      );
    });
}

function remove(session: Session): Command {
  return removeCommand(session, {
    what: "egress basis",
    argument: "basis",
    zoneHelp: "zone that it is for",
    example: "cordon safeguard egress remove police-link --zone gate-4",
    remove: (client, zoneId, basisId) => client.safeguard.removeEgressBasis({ zoneId, basisId }),
  });
}

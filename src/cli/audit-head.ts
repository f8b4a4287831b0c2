import type { Command } from "commander";
import type { AuditCheckpoint__Output } from "../api/generated/cordon/v1/AuditCheckpoint.js";
import type { CordonClient } from "../transport/client/client.js";
import { publicKeyToPem } from "../vault/signer.js";
import { writeNewFile } from "./new-file.js";
import { print } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { signedText } from "./signed-file.js";
import { facts } from "./table.js";

interface HeadOptions extends RemoteOptions {
  readonly out?: string;
  readonly publicKeyOut?: string;
}

/** `cordon audit head`: the newest record, signed, to be kept elsewhere. */
export function auditHeadCommand(session: Session): Command {
  return remoteCommand(
    session,
    "head",
    "Get the newest record's number and hash, signed. Kept elsewhere, it proves later that nothing\n" +
      "was cut off or replaced (cordon audit verify --head).",
    "cordon audit head --out head-2026-05.json --public-key-out cordon.pem",
  )
    .option("--out <file>", "keep it in a new file")
    .option("--public-key-out <file>", "keep the server's public key in a new file, PEM")
    .action(async (options: HeadOptions) => {
      await withClient(session, options, async (client) => {
        const head = await fetchHead(client);
        const { out, publicKeyOut } = options;
        if (out !== undefined) await writeNewFile(out, signedText(head));
        if (publicKeyOut !== undefined) {
          await writeNewFile(publicKeyOut, publicKeyToPem(head.publicKey));
        }
        print(session, options.json === true, head, (paint) => {
          const { seq, hash, instance, timeMs } = claimOf(head);
          return facts(
            [
              ["record", `${seq ?? "-"}`],
              ["hash", `${hash ?? "-"}`],
              ["server", `${instance ?? "-"}`],
              ["signed", timeMs === undefined ? "-" : new Date(timeMs).toISOString()],
              ["public key", head.publicKey.toString("base64")],
            ],
            paint,
          );
        });
      });
    });
}

/** @throws Error when the server gave none */
export async function fetchHead(client: CordonClient): Promise<AuditCheckpoint__Output> {
  const { checkpoint } = await client.audit.getAuditHead({});
  if (checkpoint !== null) return checkpoint;
  throw new Error("The server gave no audit head. It is of another version than this command.");
}

interface Claim {
  readonly seq?: number;
  readonly hash?: string;
  readonly instance?: string;
  readonly timeMs?: number;
}

/** What a head says. */
export function claimOf({ payload }: { readonly payload: string }): Claim {
  try {
    return JSON.parse(payload) as Claim;
  } catch {
    return {};
  }
}

import type { Command } from "commander";
import { readSigners } from "../audit/signers.js";
import { type ReceiptVerdict, verifyReceipt } from "../audit/verify-receipt.js";
import { auditFolderOf } from "../usecases/offline/audit-folder.js";
import { ExitCode } from "./exit.js";
import { UsageError } from "./failure.js";
import { print } from "./output.js";
import { guarded, type OutputOptions, plainCommand } from "./remote.js";
import type { Session } from "./session.js";
import { readPublicKey, readSigned, type Signed } from "./signed-file.js";
import { facts } from "./table.js";
import { harmless, type Paint } from "./text.js";

interface ReceiptOptions extends OutputOptions {
  readonly publicKey?: string;
  readonly dir?: string;
}

/** `cordon audit verify-receipt`: checks what the server signed. Exit code 1 when it is not good. */
export function verifyReceiptCommand(session: Session): Command {
  return plainCommand(
    "verify-receipt",
    "Check the receipt of an erasure. Needs no server.",
    "cordon audit verify-receipt receipt.json --public-key cordon.pem",
  )
    .argument("<file>", "the receipt, as cordon person receipt --out writes it")
    .option("--public-key <file>", "the server's public key, PEM or base64; no other counts")
    .option("--dir <folder>", "an audit or data folder whose public keys count")
    .action(async (file: string, options: ReceiptOptions) => {
      await guarded(session, options, async () => {
        if (options.publicKey !== undefined && options.dir !== undefined) {
          throw new UsageError("Give --public-key or --dir, not both.");
        }
        const verdict = await verdictOf(readSigned(file), options);
        if (!verdict.ok) session.exitCode = ExitCode.error;
        const { ok: good, ...rest } = verdict;
        print(session, options.json === true, { good, ...rest }, (paint) =>
          describe(verdict, paint),
        );
      });
    });
}

async function verdictOf(
  receipt: Signed,
  { publicKey, dir }: ReceiptOptions,
): Promise<ReceiptVerdict> {
  if (publicKey !== undefined) return verifyReceipt(receipt, readPublicKey(publicKey));
  if (dir === undefined) return verifyReceipt(receipt);
  const keys = await readSigners(await auditFolderOf(dir));
  const key = keys.find((each) => each.equals(receipt.publicKey));
  const fault = "it is signed with a key that is not in that folder";
  return key === undefined ? { ok: false, fault } : verifyReceipt(receipt, key);
}

function describe(verdict: ReceiptVerdict, paint: Paint): string {
  if (!verdict.ok) return `${paint("red", "not good")}: ${harmless(verdict.fault)}`;
  const { statement, signerId, trusted } = verdict;
  const said = Object.entries(statement).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const vouches = trusted
    ? `${signerId}, which is trusted`
    : `${signerId}, which anybody may have made: name the server's with --public-key`;
  const word = trusted ? paint("green", "good") : paint("yellow", "unaltered, but by whom?");
  return `${word}\n${facts([...said, ["signed by", vouches]], paint)}`;
}

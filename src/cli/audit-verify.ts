import type { Command } from "commander";
import { signerId } from "../audit/signers.js";
import { type DirectoryVerification, verifyAuditDirectory } from "../audit/verify-directory.js";
import { LENGTHY_MS_MAX } from "../transport/interceptors/deadline.js";
import { auditFolderOf } from "../usecases/offline/audit-folder.js";
import { ExitCode } from "./exit.js";
import { UsageError } from "./failure.js";
import { startGauge } from "./gauge.js";
import { print } from "./output.js";
import { guarded, type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { readPublicKey, readSigned } from "./signed-file.js";
import { facts } from "./table.js";
import { harmless, type Paint } from "./text.js";

interface VerifyOptions extends RemoteOptions {
  readonly dir?: string;
  readonly head?: string;
  readonly publicKey?: string;
}

const example = `cordon audit verify
cordon audit verify --dir /var/lib/cordon --head head-2026-05.json --public-key cordon.pem`;

/**
 * `cordon audit verify`: checks every record, its order and every signature. Exit code 0 when it is
 * intact, 1 when it is broken.
 */
export function auditVerifyCommand(session: Session): Command {
  return remoteCommand(
    session,
    "verify",
    "Check every record and every signature: by the server, or here in a folder without one.",
    example,
  )
    .option("--dir <folder>", "check this audit, or data folder, or copy of one; needs no server")
    .option("--head <file>", "the log must still hold the record of this signed head")
    .option("--public-key <file>", "the server's public key, PEM or base64; no other counts")
    .action(async (options: VerifyOptions) => {
      const { dir, head, publicKey } = options;
      if (dir !== undefined) return verifyHere(session, dir, options);
      await guarded(session, options, async () => {
        if (head === undefined && publicKey === undefined) return verifyThere(session, options);
        throw new UsageError("--head and --public-key go with --dir.");
      });
    });
}

async function verifyThere(session: Session, options: RemoteOptions): Promise<void> {
  await withClient(session, options, async (client) => {
    const timeoutMs = options.timeout ?? LENGTHY_MS_MAX;
    const answer = await client.audit.verifyAudit({}, { timeoutMs });
    if (!answer.intact) session.exitCode = ExitCode.error;
    const { intact, records, checkpoints, firstSeq, brokenSeq, brokenFile, fault } = answer;
    const json = intact
      ? { intact, records, checkpoints, firstSeq }
      : { intact, broken: { seq: brokenSeq, file: brokenFile, fault } };
    print(session, options.json === true, json, (paint) =>
      intact
        ? describeIntact({ records, checkpoints, firstSeq }, [], paint)
        : `${paint("red", "broken")} at record ${brokenSeq}, ${brokenFile}, ${harmless(fault)}`,
    );
  });
}

async function verifyHere(session: Session, dir: string, options: VerifyOptions): Promise<void> {
  await guarded(session, options, async () => {
    const folder = await auditFolderOf(dir);
    const { head, publicKey } = options;
    const trusted = publicKey === undefined ? undefined : readPublicKey(publicKey);
    const gauge = startGauge(session);
    const found = await verifyAuditDirectory(folder, {
      ...(trusted === undefined ? {} : { trustedPublicKey: trusted }),
      ...(head === undefined ? {} : { signedHead: readSigned(head) }),
      onProgress({ records, sizeBytes, sizeBytesTotal }) {
        if (session.signal.aborted) throw new Error("Interrupted: the audit was not checked.");
        const counts = { done: sizeBytes, total: sizeBytesTotal, unit: "bytes" };
        gauge.show({ step: "checking", detail: `${records} records`, ...counts });
      },
    }).finally(() => gauge.end());
    if (!found.ok) session.exitCode = ExitCode.error;
    print(session, options.json === true, jsonOf(found), (paint) =>
      describe(found, trusted, paint),
    );
  });
}

function jsonOf(found: DirectoryVerification): object {
  if (!found.ok) return { intact: false, broken: found.broken };
  const { ok, ...rest } = found;
  return { intact: ok, ...rest };
}

function describe(
  found: DirectoryVerification,
  trusted: Uint8Array | undefined,
  paint: Paint,
): string {
  if (!found.ok) {
    const { seq, file, line, offsetBytes, fault } = found.broken;
    return (
      `${paint("red", "broken")} at record ${seq}, ${harmless(file)}, line ${line}, ` +
      `byte ${offsetBytes}: ${harmless(fault)}`
    );
  }
  const { head, signedHead, tornBytes } = found;
  const vouches =
    trusted === undefined
      ? "the keys that lie beside it; name one from elsewhere with --public-key"
      : `${signerId(trusted)}, as given`;
  const more: [string, string][] = [
    ["newest hash", head.hash],
    ["signed by", vouches],
  ];
  if (signedHead === "HELD") more.push(["signed head", "its record is there, unaltered"]);
  if (signedHead === "PRUNED") {
    more.push(["signed head", "its record was removed after the retention; it proves nothing"]);
  }
  if (tornBytes > 0) {
    more.push(["at the end", `${tornBytes} bytes of a record that was never acknowledged`]);
  }
  return describeIntact(found, more, paint);
}

function describeIntact(
  counts: { readonly records: number; readonly checkpoints: number; readonly firstSeq: number },
  more: readonly [string, string][],
  paint: Paint,
): string {
  const { records, checkpoints, firstSeq } = counts;
  const range = records === 0 ? "0" : `${records}, ${firstSeq} to ${firstSeq + records - 1}`;
  const pairs: [string, string][] = [["records", range], ["signatures", `${checkpoints}`], ...more];
  return `${paint("green", "intact")}\n${facts(pairs, paint)}`;
}

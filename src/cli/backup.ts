import type { Command } from "commander";
import type { BackupResponse__Output } from "../api/generated/cordon/v1/BackupResponse.js";
import type { BackupFolder } from "../usecases/offline/backup-manifest.js";
import {
  type ReceivedPart,
  type ReceiveProgress,
  receiveBackup,
} from "../usecases/offline/receive-backup.js";
import { type GaugeState, startGauge } from "./gauge.js";
import { print } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";
import type { Paint } from "./text.js";

const MEBIBYTE = 1_048_576;

/** `cordon backup`: everything but the keys, while the server works on. */
export function backupCommand(session: Session): Command {
  return remoteCommand(
    session,
    "backup",
    "Back up everything but the keys into a new folder, while the server works on.",
    "cordon backup --out /backup/cordon-$(date +%F)",
  )
    .requiredOption("--out <folder>", "new folder; it has its name only once it is whole")
    .action(async (options: RemoteOptions & { out: string }) => {
      await withClient(session, options, async (client) => {
        const { out, timeout } = options;
        const answers = client.backup.backup(
          {},
          timeout === undefined ? {} : { timeoutMs: timeout },
        );
        const gauge = startGauge(session);
        const made = await receiveBackup(partsOf(answers), out, (progress) =>
          gauge.show(gaugeOf(progress)),
        ).finally(() => gauge.end());
        const { createdAtMs, ...rest } = made;
        const createdAt = new Date(createdAtMs).toISOString();
        print(session, options.json === true, { folder: out, createdAt, ...rest }, (paint) =>
          describe(out, made, paint),
        );
      });
    });
}

/** How far it has come; of a server that does not say how much there is, without the rest. */
export function gaugeOf(progress: ReceiveProgress): GaugeState {
  const { file, position, files, sizeBytes, totalSizeBytes } = progress;
  const detail = `file ${position} of ${files}, ${file}`;
  const total = totalSizeBytes === 0 ? null : totalSizeBytes;
  return { step: "receiving", detail, done: sizeBytes, total, unit: "bytes" };
}

/** What the API sends, as the use case takes it. */
async function* partsOf(answers: AsyncIterable<BackupResponse__Output>) {
  for await (const answer of answers) {
    const part = partOf(answer);
    // Of a newer server: what is not known here is not among the files either.
    if (part !== null) yield part;
  }
}

function partOf({ manifest, data, fileEnd }: BackupResponse__Output): ReceivedPart | null {
  if (manifest) {
    const { createTime, version, instanceId, files, auditSeq, auditHash } = manifest;
    const { keyVersions, persons, totalSizeBytes } = manifest;
    const { seconds, nanos } = createTime ?? { seconds: 0, nanos: 0 };
    const createdAtMs = seconds * 1000 + Math.floor(nanos / 1e6);
    const audit = { seq: auditSeq, hash: auditHash };
    const rest = { instanceId, files, keyVersions, persons, totalSizeBytes };
    return { manifest: { createdAtMs, version, audit, ...rest } };
  }
  if (data) return { data };
  return fileEnd ? { fileEnd } : null;
}

function describe(out: string, made: BackupFolder, paint: Paint): string {
  const sizeBytes = made.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const pairs: [string, string][] = [
    ["back-up", out],
    ["size", `${(sizeBytes / MEBIBYTE).toFixed(1)} MiB in ${made.files.length} files`],
    ["persons", `${made.persons}`],
    ["audit", `to record ${made.audit.seq}`],
    ["needs key", made.keyVersions.join(", ")],
  ];
  return `${facts(pairs, paint)}\nThe key file is not in it: keep a copy of that one elsewhere.`;
}

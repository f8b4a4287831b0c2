import { join, resolve } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../config/load.js";
import { type Restored, restore } from "../usecases/offline/restore.js";
import { startGauge } from "./gauge.js";
import { print } from "./output.js";
import { guarded, type OutputOptions, plainCommand } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";
import type { Paint } from "./text.js";
import { transitOptionsOf } from "./transit.js";

interface RestoreOptions extends OutputOptions {
  readonly from: string;
  readonly dataDir: string;
  readonly keyFile?: string;
  readonly audit?: string;
  readonly config?: string;
}

const example = `cordon restore --from /backup/cordon-2026-05-04 --data-dir /var/lib/cordon \\
  --key-file /etc/cordon/key.json --audit /var/lib/cordon-lost/audit`;

const help = `
Whoever was erased after the back-up is in it. Give the newest audit that is left of the server with
--audit: the erasures that it has are done again before the restored server answers anybody.
Without it the server does not know of them (docs/backup.md).`;

/** `cordon restore`: a back-up into a new data folder, checked whole first. Needs no server. */
export function restoreCommand(session: Session): Command {
  return plainCommand(
    "restore",
    "Restore a back-up into a new data folder, once all of it is checked. Needs no server.",
    example,
  )
    .requiredOption("--from <folder>", "the back-up")
    .requiredOption("--data-dir <folder>", "data folder to make; one that exists must be empty")
    .option("--key-file <file>", "the key file (default vault.key_file, or key.json in the folder)")
    .option("--audit <folder>", "the newest audit of the server, in place of the back-up's own")
    .option("--config <file>", "YAML configuration of the server (environment CORDON_CONFIG)")
    .addHelpText("after", help)
    .action(async (options: RestoreOptions) => {
      await guarded(session, options, async () => {
        const { from, dataDir, audit: auditDir = null } = options;
        const { vault, keyFile } = keysOf(session, options);
        const transit = transitOptionsOf(vault);
        const gauge = startGauge(session);
        const done = await restore({
          ...{ from, dataDir, keyFile, transit, auditDir, signal: session.signal },
          onProgress: ({ step, ...counts }) =>
            gauge.show({
              step,
              ...counts,
              unit: step === "trying the keys" ? "enrolments" : "bytes",
            }),
        }).finally(() => gauge.end());
        print(session, options.json === true, jsonOf(done, options), (paint) =>
          describe(done, { dataDir, keyFile }, paint),
        );
      });
    });
}

function keysOf(session: Session, { config: file, dataDir, keyFile }: RestoreOptions) {
  const overrides = {
    store: { data_dir: dataDir },
    ...(keyFile === undefined ? {} : { vault: { key_file: keyFile } }),
  };
  const { vault } = loadConfig({ env: session.env, file, overrides });
  return { vault, keyFile: vault.key_file || join(dataDir, "key.json") };
}

function jsonOf(done: Restored, { dataDir }: RestoreOptions): object {
  const { manifest, persons, auditRecords, auditHead, isNewerAudit, publicKey } = done;
  const createdAt = new Date(manifest.createdAtMs).toISOString();
  const { instanceId, keyVersions } = manifest;
  const backup = { createdAt, instanceId, keyVersions };
  const key = Buffer.from(publicKey).toString("hex");
  return { dataDir, backup, persons, auditRecords, auditHead, isNewerAudit, publicKey: key };
}

function describe(
  done: Restored,
  { dataDir, keyFile }: { readonly dataDir: string; readonly keyFile: string },
  paint: Paint,
): string {
  const made = new Date(done.manifest.createdAtMs).toISOString();
  const inPlace = resolve(keyFile) === resolve(dataDir, "key.json");
  const pairs: [string, string][] = [
    ["restored", dataDir],
    ["back-up of", made],
    ["persons", `${done.persons}`],
    ["audit", `${done.auditRecords} records, to ${done.auditHead.seq}`],
  ];
  const start = `cordon serve --data-dir ${dataDir}`;
  const next = [
    "Everything was checked. Now:",
    `  ${start}${inPlace ? "" : ` --set vault.key_file=${keyFile}`}`,
    'Its log line "loaded" says how many persons were erased again (erasedAgain) and how many',
    "enrolments after the back-up are lost (enrolmentsLost).",
  ];
  const warning = done.isNewerAudit
    ? []
    : [
        paint("yellow", `Whoever was erased after ${made} is in this folder again.`),
        "If any newer audit of the server is left, restore once more with --audit before you start.",
      ];
  return [facts(pairs, paint), ...warning, ...next].join("\n");
}

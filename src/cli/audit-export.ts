import { createHash } from "node:crypto";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { AuditCheckpoint__Output } from "../api/generated/cordon/v1/AuditCheckpoint.js";
import type { AuditFilter } from "../api/generated/cordon/v1/AuditFilter.js";
import { segmentName } from "../audit/segments.js";
import { registerSigner } from "../audit/signers.js";
import type { CordonClient } from "../transport/client/client.js";
import { makeWholeFolder } from "../usecases/offline/new-folder.js";
import { type FilterOptions, filterOf, withFilter } from "./audit-filter.js";
import { fetchHead } from "./audit-head.js";
import { startGauge } from "./gauge.js";
import { createNewFile } from "./new-file.js";
import { print, toJson } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { signedText } from "./signed-file.js";

/** Ends of a file's name; anything else is a folder's. */
const fileEnd = /\.(jsonl|ndjson)$/;

const example = `cordon audit export --out may.jsonl --from 2026-05-01 --until 2026-06-01
cordon audit export --out whole-audit && cordon audit verify --dir whole-audit`;

const help = `
Each line is a record just as it stands in the log: the SHA-256 of what follows "record": up to the
last brace is its hash, and "prev" in it the hash of the record before. Beside the records lie the
signed head of the log and a manifest: the filter, how many records there are, their SHA-256. A
folder that was exported without a filter is a whole log, which cordon audit verify --dir checks.`;

/** `cordon audit export`: records for an inspector, such that they can be checked. */
export function auditExportCommand(session: Session): Command {
  const command = remoteCommand(
    session,
    "export",
    "Export records as JSON lines, with what proves them. That you did is on record, too.",
    example,
  );
  return withFilter(command)
    .requiredOption("--out <path>", "new file.jsonl, with its manifest beside it, or new folder")
    .addHelpText("after", help)
    .action(async (options: RemoteOptions & FilterOptions & { out: string }) => {
      await withClient(session, options, async (client) => {
        const { out } = options;
        const write = fileEnd.test(out) ? exportToFile : exportToFolder;
        const { path, manifest } = await write(session, client, filterOf(options), out);
        print(session, options.json === true, { path, ...manifest }, () => {
          const { records, firstSeq, lastSeq } = manifest;
          const range = firstSeq === null ? "" : `, ${firstSeq} to ${lastSeq}`;
          return `${records} records${range}, in ${path}`;
        });
      });
    });
}

interface Manifest extends Written {
  readonly format: "cordon-audit-export";
  readonly formatVersion: 1;
  readonly filter: unknown;
  /** Of the log just before the export: its record is the last that is surely in it. */
  readonly head: unknown;
}

interface Written {
  readonly records: number;
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  readonly sizeBytes: number;
  /** Of all lines with their newlines, lower-case hex. */
  readonly sha256: string;
}

interface Exported {
  /** Where the records are. */
  readonly path: string;
  readonly manifest: Manifest;
}

async function exportToFile(
  session: Session,
  client: CordonClient,
  filter: AuditFilter,
  path: string,
): Promise<Exported> {
  const beside = await createNewFile(path.replace(fileEnd, ".manifest.json"));
  try {
    const head = await fetchHead(client);
    const manifest = manifestOf(filter, head, await writeRecords(session, client, filter, path));
    await beside.write(textOf(manifest));
    await beside.keep();
    return { path, manifest };
  } finally {
    await beside.discard();
  }
}

function exportToFolder(
  session: Session,
  client: CordonClient,
  filter: AuditFilter,
  folder: string,
): Promise<Exported> {
  return makeWholeFolder(folder, async (partial) => {
    const head = await fetchHead(client);
    const asIs = join(partial, "records.jsonl");
    const written = await writeRecords(session, client, filter, asIs);
    // What has every record that is kept is a log like the server's own.
    const isWhole = Object.keys(filter).length === 0 && written.firstSeq !== null;
    const name = isWhole ? segmentName(written.firstSeq ?? 1) : "records.jsonl";
    await rename(asIs, join(partial, name));
    const manifest = manifestOf(filter, head, written);
    await registerSigner(partial, head.publicKey);
    for (const [file, text] of [
      ["head.json", signedText(head)],
      ["manifest.json", textOf(manifest)],
    ] as const) {
      const beside = await createNewFile(join(partial, file));
      await beside.write(text);
      await beside.keep();
    }
    return { path: join(folder, name), manifest };
  });
}

async function writeRecords(
  session: Session,
  client: CordonClient,
  filter: AuditFilter,
  path: string,
): Promise<Written> {
  const file = await createNewFile(path);
  const gauge = startGauge(session);
  const hash = createHash("sha256");
  let [records, sizeBytes] = [0, 0];
  let firstSeq: number | null = null;
  let lastSeq: number | null = null;
  try {
    for await (const batch of client.audit.exportRecords({ filter })) {
      const lines = Buffer.from(batch.records.map(({ line }) => `${line}\n`).join(""));
      await file.write(lines);
      hash.update(lines);
      records += batch.records.length;
      sizeBytes += lines.length;
      firstSeq ??= batch.records[0]?.seq ?? null;
      lastSeq = batch.records.at(-1)?.seq ?? lastSeq;
      const detail = `${records} records`;
      gauge.show({ step: "exporting", detail, done: sizeBytes, total: null, unit: "bytes" });
    }
    await file.keep();
  } finally {
    gauge.end();
    await file.discard();
  }
  return { records, firstSeq, lastSeq, sizeBytes, sha256: hash.digest("hex") };
}

function manifestOf(
  filter: AuditFilter,
  head: AuditCheckpoint__Output,
  written: Written,
): Manifest {
  const asked = toJson(filter);
  return { format: "cordon-audit-export", formatVersion: 1, filter: asked, ...written, head };
}

function textOf(manifest: Manifest): string {
  return `${JSON.stringify(toJson(manifest), null, 2)}\n`;
}

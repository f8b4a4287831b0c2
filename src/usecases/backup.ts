import { type FileHandle, mkdtemp, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AuditActor, ChainHead } from "../audit/audit.js";
import { CordonError } from "../base/errors.js";
import { fileProblem } from "../base/file-problem.js";
import type { Engine } from "./engine.js";
import { chunksOfFile, type FilePart, fileParts } from "./file-parts.js";

/** Of the folders in the data folder that hold a copy while it is made. */
const TEMPORARY_PREFIX = "backup-";

export interface BackupManifest {
  readonly createdAtMs: number;
  readonly instanceId: string;
  /** Paths below the data folder, in the order in which they are sent. */
  readonly files: readonly string[];
  readonly audit: ChainHead;
  /** Without these the copy can not be read. */
  readonly keyVersions: readonly number[];
  readonly persons: number;
  /** Of all files together, as they are when the first is sent; 0 when it is not known. */
  readonly totalSizeBytes: number;
}

export type BackupPart = { readonly manifest: BackupManifest } | FilePart;

interface File {
  /** Below the data folder. */
  readonly name: string;
  open(): Promise<FileHandle>;
  /** What is sent of it. */
  readonly sizeBytes: number;
}

/**
 * A copy of everything but the key file, while the server works on. The database goes first and
 * the audit after it, so that what was erased in between is on record, and is erased again where
 * the copy is restored.
 *
 * @throws CordonError UNAVAILABLE STORAGE_FAILED when the data folder cannot take the copy
 */
export async function* backup(
  engine: Engine,
  dataDir: string,
  actor: AuditActor,
  signal: AbortSignal,
): AsyncIterable<BackupPart> {
  const persons = await engine.store.countPersons();
  const before = await keyVersionsOf(engine);
  const copy = await openCopy(engine, dataDir).catch((cause: unknown) => {
    throw copyFailed(cause);
  });
  // As it is now: a rotation puts another in its place.
  const signer = await open(join(dataDir, "signer.json"), "r").catch(async (cause: unknown) => {
    await copy.close();
    throw cause;
  });
  try {
    // A rotation may have gone on meanwhile.
    const keyVersions = [...new Set([...before, ...(await keyVersionsOf(engine))])].sort(ascending);
    const audit = engine.audit.head();
    await engine.audit.append({ act: "backup", actor, details: { persons, auditSeq: audit.seq } });
    const files: readonly File[] = [
      await opened("cordon.db", copy),
      await opened("signer.json", signer),
      ...(await auditFiles(engine)),
    ];
    const manifest = {
      createdAtMs: engine.clock.nowMs(),
      instanceId: engine.instanceId,
      files: files.map(({ name }) => name),
      totalSizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      ...{ audit, keyVersions, persons },
    };
    yield { manifest };
    for (const file of files) yield* send(file, signal);
  } finally {
    await Promise.all([copy.close(), signer.close()]);
  }
}

/**
 * A copy of the database that has no name any more when it is sent: whoever is erased meanwhile is
 * in no file of the data folder, however slowly the copy is read, and it is gone with this process.
 */
async function openCopy(engine: Engine, dataDir: string): Promise<FileHandle> {
  const folder = await mkdtemp(join(dataDir, TEMPORARY_PREFIX));
  try {
    const path = join(folder, "cordon.db");
    await engine.store.backup(path);
    return await open(path, "r");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What fails while the copy is made is the disk of the data folder, and whoever asked can help. */
function copyFailed(cause: unknown): unknown {
  const why = faultOf(cause);
  if (why === null) return cause;
  return new CordonError({
    status: "UNAVAILABLE",
    reason: "STORAGE_FAILED",
    message:
      `The back-up was not begun: ${why}. The server first copies its database within its data ` +
      "folder. See that the folder may be written by the user who runs the server, and that its " +
      "disk has as much free space as cordon.db takes; then run the back-up again. The server's " +
      "log has the cause.",
    cause,
  });
}

/** In words that name no path of the server; null for what is no fault of its disk. */
function faultOf(cause: unknown): string | null {
  if (!(cause instanceof Error) || !("code" in cause)) return null;
  const code = String(cause.code);
  if (cause.name === "StoreError") {
    return ["UNUSABLE_PATH", "WRITE_FAILED"].includes(code) ? "its copy cannot be written" : null;
  }
  return /^E[A-Z]+$/.test(code) ? `its copy cannot be written: ${fileProblem(cause)}` : null;
}

/** Removes what a killed server left of a back-up that it was making. */
export async function removeLeftovers(dataDir: string): Promise<void> {
  const names = (await readdir(dataDir)).filter((name) => name.startsWith(TEMPORARY_PREFIX));
  for (const name of names) await rm(join(dataDir, name), { recursive: true, force: true });
}

/** Versions of the keys that wrap a data key, or the signer. */
async function keyVersionsOf({ store, vault }: Engine): Promise<readonly number[]> {
  return [...(await store.countByKeyVersion()).keys(), vault.keyVersion];
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** The records up to now, and the public keys that their signatures are checked with. */
async function auditFiles({ audit }: Engine): Promise<readonly File[]> {
  const files = await audit.files();
  return files.map(({ name, path, sizeBytes }) => fileAt(`audit/${name}`, path, sizeBytes));
}

async function opened(name: string, handle: FileHandle): Promise<File> {
  return { name, open: async () => handle, sizeBytes: (await handle.stat()).size };
}

function fileAt(name: string, path: string, sizeBytes: number): File {
  return { name, open: () => open(path, "r"), sizeBytes };
}

async function* send(file: File, signal: AbortSignal): AsyncIterable<BackupPart> {
  const handle = await file.open();
  try {
    yield* fileParts(file.name, chunksOfFile(handle, file.sizeBytes), signal);
  } finally {
    await handle.close();
  }
}

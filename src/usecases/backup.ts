import { createHash } from "node:crypto";
import { type FileHandle, mkdtemp, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AuditActor, ChainHead } from "../audit/audit.js";
import { abortError } from "../base/errors.js";
import type { Engine } from "./engine.js";

/** Bytes of one part. */
export const CHUNK_SIZE_BYTES = 262_144;
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
}

export type BackupPart =
  | { readonly manifest: BackupManifest }
  | { readonly data: Uint8Array }
  | {
      readonly fileEnd: {
        readonly name: string;
        readonly sizeBytes: number;
        readonly sha256: Uint8Array;
      };
    };

interface File {
  /** Below the data folder. */
  readonly name: string;
  open(): Promise<FileHandle>;
  /** What is sent of it; null for all. */
  readonly sizeBytes: number | null;
}

/**
 * A copy of everything but the key file, while the server works on. The database goes first and
 * the audit after it, so that what was erased in between is on record, and is erased again where
 * the copy is restored.
 */
export async function* backup(
  engine: Engine,
  dataDir: string,
  actor: AuditActor,
  signal: AbortSignal,
): AsyncIterable<BackupPart> {
  const persons = await engine.store.countPersons();
  const before = await keyVersionsOf(engine);
  const copy = await openCopy(engine, dataDir);
  try {
    // A rotation may have gone on meanwhile.
    const keyVersions = [...new Set([...before, ...(await keyVersionsOf(engine))])].sort(ascending);
    const audit = engine.audit.head();
    await engine.audit.append({ act: "backup", actor, details: { persons, auditSeq: audit.seq } });
    const files: readonly File[] = [
      { name: "cordon.db", open: async () => copy, sizeBytes: null },
      fileAt("signer.json", join(dataDir, "signer.json"), null),
      ...(await auditFiles(engine)),
    ];
    const manifest = {
      createdAtMs: engine.clock.nowMs(),
      instanceId: await engine.store.getInstanceId(),
      files: files.map(({ name }) => name),
      ...{ audit, keyVersions, persons },
    };
    yield { manifest };
    for (const file of files) yield* send(file, signal);
  } finally {
    await copy.close();
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

function fileAt(name: string, path: string, sizeBytes: number | null): File {
  return { name, open: () => open(path, "r"), sizeBytes };
}

async function* send(file: File, signal: AbortSignal): AsyncIterable<BackupPart> {
  const handle = await file.open();
  try {
    const hash = createHash("sha256");
    const wanted = file.sizeBytes ?? (await handle.stat()).size;
    let sent = 0;
    while (sent < wanted) {
      if (signal.aborted) throw abortError(signal);
      const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_SIZE_BYTES, wanted - sent));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length);
      if (bytesRead === 0) throw new Error(`${file.name} ended early`);
      const data = chunk.subarray(0, bytesRead);
      hash.update(data);
      sent += bytesRead;
      yield { data };
    }
    yield { fileEnd: { name: file.name, sizeBytes: sent, sha256: hash.digest() } };
  } finally {
    await handle.close();
  }
}

import { constants } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { syncDirectory } from "../base/sync-directory.js";
import { AuditError } from "./audit-error.js";

/** A file of the log, named after the sequence number of its first record. */
export interface Segment {
  readonly path: string;
  readonly name: string;
  readonly firstSeq: number;
  readonly sizeBytes: number;
}

const namePattern = /^audit-(\d{16})\.jsonl$/;
const sidecarPattern = /^audit-\d{16}\.idx$/;

export function segmentName(firstSeq: number): string {
  return `audit-${String(firstSeq).padStart(16, "0")}.jsonl`;
}

/**
 * The files of a log, in order. Other files in the directory are none of its business.
 *
 * @throws AuditError UNUSABLE_PATH
 */
export async function listSegments(directory: string): Promise<readonly Segment[]> {
  try {
    const names = (await readdir(directory)).filter((name) => namePattern.test(name)).sort();
    return await Promise.all(
      names.map(async (name) => {
        const path = join(directory, name);
        const { size } = await stat(path);
        return { path, name, firstSeq: Number(namePattern.exec(name)?.[1]), sizeBytes: size };
      }),
    );
  } catch (cause) {
    throw unusable(directory, "cannot be read", cause);
  }
}

/** The file beside a segment that holds its index (sidecar.ts). */
export function sidecarPath(segmentPath: string): string {
  return segmentPath.replace(/\.jsonl$/, ".idx");
}

/**
 * Removes segments with their indexes, oldest first, so that a crash between two of them leaves no
 * gap; and indexes whose segment has gone.
 */
export async function removeSegments(
  directory: string,
  segments: readonly { readonly path: string }[],
): Promise<void> {
  for (const { path } of segments) {
    await rm(path, { force: true });
    await syncDirectory(directory);
  }
  const kept = new Set((await listSegments(directory)).map(({ path }) => sidecarPath(path)));
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    if (sidecarPattern.test(name) && !kept.has(path)) await rm(path, { force: true });
  }
}

/** Makes the directory of a log, mode 0700, with its parents. */
export async function prepareDirectory(directory: string): Promise<void> {
  try {
    const made = await mkdir(directory, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncDirectory(dirname(resolve(made)));
  } catch (cause) {
    throw unusable(directory, "cannot be made", cause);
  }
}

/** An open segment: what the log needs of a file, so that a test can make one fail. */
export interface SegmentFile {
  /** Appends the buffers, in order and whole, and resolves when they are on the disk. */
  append(buffers: readonly Buffer[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens a segment for appending, mode 0600; a new one is in its directory, durably. */
export type OpenSegmentFile = (path: string) => Promise<SegmentFile>;

/**
 * A write returns when it is on the disk (POSIX O_DSYNC). Writing first and flushing then is the
 * same for the disk, but asks for two turns of an event loop that has more to do. Windows has none.
 */
const writeThrough: number | undefined = constants.O_DSYNC;
const appending = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND;

export const openSegmentFile: OpenSegmentFile = async (path) => {
  const handle = await open(path, appending | (writeThrough ?? 0), 0o600);
  try {
    // A mode left wider by another hand is narrowed again.
    await handle.chmod(0o600);
    // What a killed server wrote may not be on the disk yet. A new file has nothing to wait for.
    if ((await handle.stat()).size > 0) await handle.sync();
    await syncDirectory(dirname(path));
  } catch (cause) {
    await handle.close();
    throw cause;
  }
  return {
    async append(buffers) {
      const [first] = buffers;
      const whole = buffers.length === 1 && first !== undefined ? first : Buffer.concat(buffers);
      let rest = whole;
      while (rest.length > 0) {
        const { bytesWritten } = await handle.write(rest);
        rest = rest.subarray(bytesWritten);
      }
      if (writeThrough === undefined) await handle.datasync();
    },
    close: () => handle.close(),
  };
};

/** Cuts a file to a length, durably. */
export async function truncateSegment(path: string, sizeBytes: number): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.truncate(sizeBytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function unusable(directory: string, what: string, cause: unknown): AuditError {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new AuditError(
    "UNUSABLE_PATH",
    `The audit directory "${directory}" ${what}${code}. Give a directory that the user who runs ` +
      "this server may read and write.",
    cause,
  );
}

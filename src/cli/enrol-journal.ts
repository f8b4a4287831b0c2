import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  writeSync,
} from "node:fs";
import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import { syncDirectory } from "../base/sync-directory.js";
import type { EnrolResult, Instant } from "./enrol-batch.js";
import { entrySchema, headerSchema, type JournalHeader, type JournalTerms } from "./enrol-terms.js";
import { instant } from "./output.js";
import { readFile, timestamp } from "./parse.js";

/** Name of the journal beside the persons' folders, unless another was asked for. */
export const JOURNAL_NAME = ".cordon-enrol.jsonl";

/** Somebody whom an earlier run enrolled. */
export interface DonePerson {
  readonly personId: string;
  readonly templates: number;
}

/**
 * What became of the persons of a folder, so that a run that was broken off goes on where it was.
 * It holds request ids, person ids, reasons and terms: no names, no pictures. Mode 0600.
 */
export interface EnrolJournal {
  /** Reckoned at the first run: a request that is sent again must be the same. */
  readonly retentionDeadline: Instant;
  /** When the first run was. */
  readonly begun: string;
  /** Those enrolled by earlier runs, by request id; in the order in which they were enrolled. */
  readonly done: ReadonlyMap<string, DonePerson>;
  append(result: EnrolResult): void;
  /** Puts it on the disk. Nothing is lost without it but the newest lines after a loss of power. */
  close(): void;
}

export interface JournalOptions {
  readonly path: string;
  readonly terms: JournalTerms;
  /** The deadline that a new journal keeps. */
  readonly retentionDeadline: Instant;
  /** Forget who is done. The deadline stays while the terms do and it is not past. */
  readonly restart: boolean;
  readonly nowMs: number;
}

/**
 * Opens the journal, or begins one.
 *
 * @throws Error when it is of other terms, past its deadline or damaged, or cannot be written
 */
export async function openJournal(options: JournalOptions): Promise<EnrolJournal> {
  const { path, terms, restart, nowMs } = options;
  const kept = restart ? forgiving(() => readJournal(path)) : readJournal(path);
  const other = kept === null ? [] : differences(kept.header.terms, terms);
  const isPast = kept !== null && Date.parse(kept.header.retainUntil) <= nowMs;
  // One that has nobody done binds nobody: a first try that was refused as a whole, for instance.
  if (kept !== null && kept.done.size > 0 && !restart) {
    if (other.length > 0) throw otherTerms(path, other);
    if (isPast) throw pastDeadline(path, kept.header);
    return journal(path, kept, openToAppend(path, kept.wholeBytes));
  }
  const goesOn = kept !== null && other.length === 0 && !isPast;
  const retainUntil = goesOn ? kept.header.retainUntil : instant(options.retentionDeadline);
  const begun = goesOn ? kept.header.begun : new Date(nowMs).toISOString();
  const header: JournalHeader = { journal: "cordon enrol", version: 1, begun, retainUntil, terms };
  await writeHeader(path, header);
  const wholeBytes = null;
  return journal(path, { header, done: new Map(), wholeBytes }, openToAppend(path, wholeBytes));
}

interface Kept {
  readonly header: JournalHeader;
  readonly done: ReadonlyMap<string, DonePerson>;
  /** Bytes up to the end of the last whole line; null for all. */
  readonly wholeBytes: number | null;
}

function journal(path: string, { header, done }: Kept, descriptor: number): EnrolJournal {
  return {
    retentionDeadline: timestamp(header.retainUntil),
    begun: header.begun,
    done,
    append(result) {
      try {
        writeSync(descriptor, `${JSON.stringify(entryOf(result))}\n`);
      } catch (thrown) {
        throw new Error(`${path}: cannot be written: ${(thrown as Error).message}`);
      }
    },
    close() {
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
  };
}

function entryOf(result: EnrolResult) {
  const { requestId: request } = result.person;
  if (result.enrolled) {
    const { personId: person, templates } = result;
    return { request, outcome: "enrolled", person, templates };
  }
  const { error, reviewId: review } = result;
  const reason = error.reason || error.status;
  if (review !== "") return { request, outcome: "review", reason, review };
  return { request, outcome: "refused", reason };
}

/** Null when there is none, or its first line never became whole: then nobody was sent. */
function readJournal(path: string): Kept | null {
  const bytes = existsSync(path) ? readFile(path) : Buffer.alloc(0);
  const wholeBytes = bytes.lastIndexOf("\n") + 1;
  const [first, ...lines] = bytes.toString("utf8", 0, wholeBytes).split("\n");
  if (wholeBytes === 0 || first === undefined) return null;
  const header = headerSchema.safeParse(jsonOf(first));
  if (!header.success) throw damaged(path, 1);
  const done = new Map<string, DonePerson>();
  for (const [at, line] of lines.entries()) {
    if (line === "" && at === lines.length - 1) break;
    const entry = entrySchema.safeParse(jsonOf(line));
    if (!entry.success) throw damaged(path, at + 2);
    const { data } = entry;
    if (data.outcome !== "enrolled") continue;
    done.set(data.request, { personId: data.person, templates: data.templates });
  }
  return { header: header.data, done, wholeBytes };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function forgiving(read: () => Kept | null): Kept | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** It has its name only once it is whole, and is on the disk before anybody is sent. */
async function writeHeader(path: string, header: JournalHeader): Promise<void> {
  const { O_CREAT, O_WRONLY, O_TRUNC, O_NOFOLLOW } = constants;
  const partial = `${path}.partial`;
  try {
    const descriptor = openSync(partial, O_CREAT | O_WRONLY | O_TRUNC | (O_NOFOLLOW ?? 0), 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify(header)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    await rename(partial, path);
    await syncDirectory(dirname(path));
  } catch (thrown) {
    throw unwritable(path, thrown);
  }
}

/** A line that a crash cut off is removed. */
function openToAppend(path: string, wholeBytes: number | null): number {
  const { O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;
  try {
    const descriptor = openSync(path, O_WRONLY | O_APPEND | (O_NOFOLLOW ?? 0));
    if (wholeBytes !== null) ftruncateSync(descriptor, wholeBytes);
    return descriptor;
  } catch (thrown) {
    throw unwritable(path, thrown);
  }
}

function unwritable(path: string, thrown: unknown): Error {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return new Error(
    `${path}: cannot be written (${code ?? message}). It is what lets a run that was broken off ` +
      "go on. Keep it elsewhere with --journal FILE.",
  );
}

function damaged(path: string, line: number): Error {
  return new Error(
    `${path}:${line}: is no line of such a journal. Begin anew with --restart: whoever is ` +
      "enrolled already is not enrolled twice.",
  );
}

function pastDeadline(path: string, { begun, retainUntil }: JournalHeader): Error {
  return new Error(
    `${path}: everybody of the run begun at ${begun} was to be gone by ${retainUntil}, which is ` +
      "past. Begin anew with --restart.",
  );
}

interface Difference {
  readonly option: string;
  readonly was: string;
  readonly is: string;
}

function differences(was: JournalTerms, is: JournalTerms): Difference[] {
  const options = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return options
    .map((option) => ({ option, was: was[option] ?? "", is: is[option] ?? "" }))
    .filter((one) => one.was !== one.is);
}

function otherTerms(path: string, other: readonly Difference[]): Error {
  const shown = (value: string) => value || "nothing";
  const lines = other.map(({ option, was, is }) =>
    /^sha256:/.test(was || is)
      ? `  ${option} was another`
      : `  ${option} was ${shown(was)}, and is ${shown(is)} now`,
  );
  return new Error(
    `${path}: was begun on other terms:\n${lines.join("\n")}\n` +
      "  Go on with the same, or begin anew with --restart: whoever is enrolled already stays so,\n" +
      "  on the terms of that time.",
  );
}

import { isAbsolute, normalize, sep } from "node:path";
import { type CsvRow, lineError, readCsv } from "./csv.js";

/** Two images and whether they show the same person. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  /** 0-based part of the cross-validation, when the list has a `fold` column. */
  readonly fold?: number;
}

export const openSetRoles = ["gallery", "mated", "nonmated"] as const;
export type OpenSetRole = (typeof openSetRoles)[number];

/** One image of an open-set list. */
export interface OpenSetEntry {
  readonly role: OpenSetRole;
  readonly identity: string;
  /** Relative to the root, below it. */
  readonly path: string;
}

/** Cross-validation with more parts than this is a mistake in the list. */
const FOLDS_MAX = 1000;

/**
 * Reads a list of pairs: columns `a,b,same` (same is 1 or 0) and optionally `fold`.
 *
 * @throws BenchError naming file and line
 */
export async function readPairs(file: string): Promise<Pair[]> {
  const table = await readCsv(file, ["a", "b", "same"], ["fold"]);
  return table.rows.map((row) => {
    const { same, fold } = row.fields;
    if (same !== "0" && same !== "1") {
      throw lineError(file, row.line, `same must be 0 or 1, not "${same}"`);
    }
    const pair = { a: path(file, row, "a"), b: path(file, row, "b"), same: same === "1" };
    if (pair.a === pair.b) throw lineError(file, row.line, `an image is paired with itself`);
    return fold === undefined ? pair : { ...pair, fold: foldNumber(file, row, fold) };
  });
}

/**
 * Reads an open-set list: columns `role,identity,path`, role `gallery`, `mated` (of a person who
 * is in the gallery) or `nonmated` (of one who is not).
 *
 * @throws BenchError naming file and line, also for a mated probe without its person in the
 *   gallery, a non-mated one with, or an image that comes twice
 */
export async function readOpenSet(file: string): Promise<OpenSetEntry[]> {
  const table = await readCsv(file, ["role", "identity", "path"]);
  const entries = table.rows.map((row) => openSetEntry(file, row));
  const enrolled = new Set(
    entries.filter((entry) => entry.role === "gallery").map((entry) => entry.identity),
  );
  const lineOfPath = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const line = table.rows[index]?.line ?? 0;
    const earlier = lineOfPath.get(entry.path);
    if (earlier !== undefined) {
      throw lineError(file, line, `${entry.path} is already on line ${earlier}`);
    }
    lineOfPath.set(entry.path, line);
    if (entry.role === "mated" && !enrolled.has(entry.identity)) {
      throw lineError(file, line, `mated, but ${entry.identity} has no gallery image`);
    }
    if (entry.role === "nonmated" && enrolled.has(entry.identity)) {
      throw lineError(file, line, `nonmated, but ${entry.identity} is in the gallery`);
    }
  }
  return entries;
}

function openSetEntry(file: string, row: CsvRow): OpenSetEntry {
  const role = openSetRoles.find((known) => known === row.fields["role"]);
  if (role === undefined) {
    const known = openSetRoles.join(", ");
    throw lineError(file, row.line, `role "${row.fields["role"]}" is not one of ${known}`);
  }
  const identity = row.fields["identity"] ?? "";
  if (identity === "") throw lineError(file, row.line, "identity is empty");
  return { role, identity, path: path(file, row, "path") };
}

function path(file: string, row: CsvRow, column: string): string {
  const text = row.fields[column] ?? "";
  if (text === "") throw lineError(file, row.line, `${column} is empty`);
  const clean = normalize(text);
  if (isAbsolute(clean) || clean === ".." || clean.startsWith(`..${sep}`) || /\0/.test(clean)) {
    throw lineError(file, row.line, `${column} must be a path below the root, not "${text}"`);
  }
  return clean;
}

function foldNumber(file: string, row: CsvRow, text: string): number {
  const fold = Number(text);
  if (!/^\d+$/.test(text) || fold >= FOLDS_MAX) {
    throw lineError(file, row.line, `fold must be a number from 0 to ${FOLDS_MAX - 1}`);
  }
  return fold;
}

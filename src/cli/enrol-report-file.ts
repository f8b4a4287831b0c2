import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { syncDirectory } from "../base/sync-directory.js";
import type { EnrolResult } from "./enrol-batch.js";
import type { EnrolOutcome } from "./enrol-outcome.js";
import { UsageError } from "./failure.js";
import { toJson } from "./output.js";

/** What became of one person. */
interface Row {
  readonly folder: string;
  readonly outcome: "enrolled" | "already-enrolled" | "review" | "refused" | "unanswered";
  readonly personId: string;
  readonly templates: number;
  readonly reason: string;
  readonly message: string;
  /** Best first. */
  readonly suspects: readonly { readonly personId: string; readonly score: number }[];
  readonly reviewId: string;
  /** Pictures that were refused. */
  readonly pictures: readonly { readonly file: string; readonly why: string }[];
}

/** A report of one line for each person: JSON, or CSV by its name. It replaces an older one. */
export interface EnrolReportFile {
  write(outcome: EnrolOutcome): Promise<void>;
  /** Removes what was begun, unless it was written. */
  discard(): Promise<void>;
}

/**
 * Makes sure that a report can be written before anybody is enrolled. It has names of folders in
 * it: mode 0600.
 *
 * @throws UsageError for another ending than .json and .csv; Error when it cannot be written
 */
export async function openReport(path: string): Promise<EnrolReportFile> {
  const form = extname(path).toLowerCase();
  if (form !== ".json" && form !== ".csv") {
    throw new UsageError(`${path}: end its name with .json or .csv.`);
  }
  const partial = `${path}.partial`;
  const handle = await openPartial(partial, path);
  let open = true;
  const close = async () => {
    if (open) await handle.close();
    open = false;
  };
  return {
    async write(outcome) {
      const rows = rowsOf(outcome);
      await handle.writeFile(form === ".csv" ? csvOf(rows) : jsonOf(rows));
      await handle.sync();
      await close();
      await rename(partial, path);
      await syncDirectory(dirname(path));
    },
    async discard() {
      await close();
      await rm(partial, { force: true });
    },
  };
}

async function openPartial(partial: string, path: string): Promise<FileHandle> {
  try {
    await rm(partial, { force: true });
    return await open(partial, "wx", 0o600);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw new Error(`${path}: the report cannot be written (${code}).`);
  }
}

function rowsOf({ results, pending }: EnrolOutcome): Row[] {
  const left = pending.map(({ folder }) => ({ ...unanswered, folder }));
  const rows = [...results.map(rowOf), ...left];
  return rows.sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** All fields, in the order in which they are written. */
const unanswered: Row = {
  folder: "",
  outcome: "unanswered",
  personId: "",
  templates: 0,
  reason: "",
  message: "",
  suspects: [],
  reviewId: "",
  pictures: [],
};

function rowOf(result: EnrolResult): Row {
  const { person, bad } = result;
  const row = { ...unanswered, folder: person.folder, pictures: bad };
  if (result.enrolled) {
    const { personId, templates, already } = result;
    return { ...row, outcome: already ? "already-enrolled" : "enrolled", personId, templates };
  }
  const { error, suspects, reviewId } = result;
  const why = { reason: error.reason || error.status, message: error.message };
  return { ...row, ...why, outcome: reviewId === "" ? "refused" : "review", suspects, reviewId };
}

function jsonOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => `  ${JSON.stringify(toJson(row))}`);
  return rows.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`;
}

const columns = [
  ...["folder", "outcome", "person_id", "templates", "reason", "message"],
  ...["suspects", "review_id", "pictures"],
];

/** RFC 4180, with a head. */
function csvOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const suspects = row.suspects.map(({ personId, score }) => `${personId} ${score.toFixed(2)}`);
    const pictures = row.pictures.map(({ file, why }) => `${file}: ${why}`);
    return [
      ...[row.folder, row.outcome, row.personId, `${row.templates}`, row.reason, row.message],
      ...[suspects.join("; "), row.reviewId, pictures.join("; ")],
    ];
  });
  return [columns, ...lines].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

/** Spreadsheets would run what begins like a formula: an apostrophe keeps it a text. */
function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

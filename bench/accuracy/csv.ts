import { readFile } from "node:fs/promises";
import { BenchError, errorText } from "../errors.js";

/** Far above the largest public lists; a file beyond it is no list of probes. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;

export interface CsvRow {
  /** 1-based line of the file. */
  readonly line: number;
  /** By column name. */
  readonly fields: Readonly<Record<string, string>>;
}

export interface CsvTable {
  readonly file: string;
  readonly rows: readonly CsvRow[];
}

/** An error that names the file and the line. */
export function lineError(file: string, line: number, what: string): BenchError {
  return new BenchError(`${file}:${line}: ${what}`);
}

/** Reads a comma-separated file with a header line. @throws BenchError naming file and line */
export async function readCsv(
  file: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Promise<CsvTable> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (thrown) {
    throw new BenchError(`${file}: cannot be read: ${errorText(thrown)}`);
  }
  if (bytes.length > FILE_BYTES_MAX) {
    throw new BenchError(`${file}: ${bytes.length} bytes; a list has at most ${FILE_BYTES_MAX}`);
  }
  return parseCsv(file, bytes.toString("utf8"), required, optional);
}

/**
 * Parses comma-separated text: a header with the required columns in any order, then one record
 * a line. A field may be in double quotes (doubled inside), but may not span lines. A byte order
 * mark, CRLF ends and blank lines are accepted.
 */
export function parseCsv(
  file: string,
  text: string,
  required: readonly string[],
  optional: readonly string[] = [],
): CsvTable {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const headerLine = lines.findIndex((line) => line.trim() !== "");
  if (headerLine === -1) throw lineError(file, 1, "the file is empty");
  const header = splitLine(file, headerLine + 1, lines[headerLine] ?? "");
  checkHeader(file, headerLine + 1, header, required, optional);
  const rows: CsvRow[] = [];
  for (const [index, line] of lines.entries()) {
    if (index <= headerLine || line.trim() === "") continue;
    const values = splitLine(file, index + 1, line);
    if (values.length !== header.length) {
      const shape = `${values.length} fields where the header has ${header.length}`;
      throw lineError(file, index + 1, shape);
    }
    const fields = Object.fromEntries(header.map((name, at) => [name, values[at] ?? ""]));
    rows.push({ line: index + 1, fields });
  }
  if (rows.length === 0) throw lineError(file, headerLine + 1, "a header and nothing below it");
  return { file, rows };
}

function checkHeader(
  file: string,
  line: number,
  header: readonly string[],
  required: readonly string[],
  optional: readonly string[],
): void {
  const missing = required.filter((name) => !header.includes(name));
  const unknown = header.filter((name) => !required.includes(name) && !optional.includes(name));
  const repeated = header.find((name, at) => header.indexOf(name) !== at);
  const wanted = `the header must be ${required.join(",")}`;
  if (missing.length > 0) throw lineError(file, line, `${wanted}: ${missing.join(", ")} missing`);
  if (unknown.length > 0) throw lineError(file, line, `${wanted}: not ${unknown.join(", ")}`);
  if (repeated !== undefined) throw lineError(file, line, `column ${repeated} comes twice`);
}

function splitLine(file: string, line: number, text: string): string[] {
  if (!text.includes('"')) return text.split(",").map((field) => field.trim());
  const fields: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*(,|$)/y;
  for (;;) {
    const match = field.exec(text);
    if (match === null) throw lineError(file, line, "a double quote that is not closed, or astray");
    fields.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? "").trim());
    if (match[3] === "") return fields;
  }
}

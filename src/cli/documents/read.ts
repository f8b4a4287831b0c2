import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Document, isMap, isNode, isPair, LineCounter } from "yaml";
import { readFile } from "../parse.js";
import { DocumentError, type DocumentFault } from "./errors.js";
import { readYaml, type YamlDocument } from "./yaml.js";

/** Documents of one file or folder. */
const DOCUMENTS_MAX = 10_000;
/** Largest YAML file, bytes; a geofence of every allowed vertex takes less than a tenth. */
const FILE_SIZE_BYTES_MAX = 16 * 1024 * 1024;

/** One YAML document, and where each of its fields stands. */
export interface RawDocument {
  readonly file: string;
  /** Folder against which the files that it names are found. */
  readonly folder: string;
  /** Counted from 1 in its file. */
  readonly position: number;
  readonly value: unknown;
  /** Line of a field, counted from 1; that of its nearest ancestor when it is missing. */
  lineOf(path: readonly PropertyKey[]): number;
}

/**
 * The YAML (or JSON) documents of a file, or of every `*.yaml`, `*.yml` and `*.json` right in a
 * folder, by name. Empty documents are passed over; folders in it are not entered.
 *
 * @throws DocumentError for what is no YAML
 * @throws Error that names the file or folder that is not there, too large or empty
 */
export function readDocuments(path: string): readonly RawDocument[] {
  const documents: RawDocument[] = [];
  for (const file of filesOf(path)) {
    documents.push(...readDocumentFile(file));
    if (documents.length > DOCUMENTS_MAX) throw new Error(tooMany(path));
  }
  if (documents.length > 0) return documents;
  throw new Error(`${path}: has no document. Write one, beginning with its kind.`);
}

/** The one document of a file. @throws Error when there is not just one */
export function readOneDocument(path: string): RawDocument {
  const documents = readDocumentFile(path);
  const [document] = documents;
  if (documents.length === 1 && document !== undefined) return document;
  throw new Error(`${path}: must hold one document, and has ${documents.length}.`);
}

function tooMany(path: string): string {
  return `${path}: has more than ${DOCUMENTS_MAX} documents. Apply it in parts.`;
}

function filesOf(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.(ya?ml|json)$/i.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new Error(`${path}: has no *.yaml file in it.`);
}

function readDocumentFile(file: string): RawDocument[] {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status !== undefined && !status.isFile()) throw new Error(`${file}: is not a file.`);
  const bytes = readFile(file);
  if (bytes.length > FILE_SIZE_BYTES_MAX) {
    throw new Error(`${file}: is larger than ${FILE_SIZE_BYTES_MAX / 1024 / 1024} MiB.`);
  }
  const lines = new LineCounter();
  const faults: DocumentFault[] = [];
  const found: RawDocument[] = [];
  let position = 0;
  for (const read of readYaml(bytes.toString("utf8"), lines)) {
    position += 1;
    if (position > DOCUMENTS_MAX) throw new Error(tooMany(file));
    for (const { offset, message } of read.faults) {
      const { line } = lines.linePos(offset);
      faults.push({ file, document: position, line, field: "", message });
    }
    if (read.faults.length > 0 || read.value === null) continue;
    found.push(rawDocument(file, position, read, lines));
  }
  if (faults.length > 0) throw new DocumentError(faults);
  return found;
}

function rawDocument(
  file: string,
  position: number,
  { document, value }: YamlDocument,
  lines: LineCounter,
): RawDocument {
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = offsetOf(document, path.slice(0, length));
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return 1;
  };
  return { file, folder: dirname(file), position, value, lineOf };
}

/** Where a field begins: its key, or its value in a list. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent) && last !== undefined) {
    const pair = parent.items.find((item) => isPair(item) && String(item.key) === String(last));
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node = last === undefined ? document.contents : document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

import { ftruncateSync, writeSync } from "node:fs";
import { unitTolerance } from "../check.js";
import { createCoverage } from "../coverage.js";
import { efMax, type Tuning } from "../ef-tuning.js";
import type { Gallery } from "../gallery.js";
import type { PackedEntries } from "../rows.js";
import {
  type Frame,
  frameKinds,
  malformed,
  readFrame,
  unpackLabels,
  unpackRows,
} from "./frames.js";
import { createNamelessFile, type NamelessFile } from "./nameless-file.js";
import type { GalleryHead, GraphHead } from "./save-gallery.js";
import type { SealedReader } from "./sealed-file.js";

/**
 * Reads what was saved of one worker, into new galleries.
 * @param create an empty gallery for this name; null for one that there is not
 * @throws VaultError for what was not written so, and then the galleries that were made are wiped
 */
export function openGalleries(
  reader: SealedReader,
  create: (name: string) => Gallery | null,
): ReadonlyMap<string, Gallery> {
  const galleries = new Map<string, Gallery>();
  try {
    let frame = readFrame(reader);
    while (frame.kind !== frameKinds.end) {
      const head = headOf(frame);
      const gallery = galleries.has(head.name) ? null : create(head.name);
      if (gallery === null) throw malformed("list of galleries");
      galleries.set(head.name, gallery);
      frame = fill(gallery, head, reader);
    }
    reader.requireEnd();
    return galleries;
  } catch (thrown) {
    for (const gallery of galleries.values()) gallery.wipe();
    throw thrown;
  }
}

/** Returns the first frame that is not of this gallery. */
function fill(gallery: Gallery, head: GalleryHead, reader: SealedReader): Frame {
  const { rows } = gallery.parts;
  const graph = head.graph === null ? null : beginGraph(gallery, head.graph);
  try {
    rows.reserve(head.templates);
    let frame = readFrame(reader);
    for (; ; frame = readFrame(reader)) {
      if (frame.kind === frameKinds.labels) graph?.label(unpackLabels(frame.bytes));
      else if (frame.kind === frameKinds.graph) graph?.write(frame.bytes);
      else if (frame.kind === frameKinds.rows)
        addRows(gallery, unpackRows(frame.bytes, rows.dimension));
      else break;
      frame.bytes.fill(0);
    }
    if (rows.count !== head.templates) throw malformed("number of templates");
    if (head.graph !== null && graph !== null) graph.restore(head.graph, head.tuning);
    return frame;
  } finally {
    graph?.file?.close();
  }
}

function addRows(gallery: Gallery, entries: PackedEntries): void {
  const { dimension } = gallery.parts.rows;
  const { templateIds, vectors } = entries;
  for (let i = 0; i < templateIds.length; i += 1) {
    let squares = 0;
    for (let j = i * dimension; j < (i + 1) * dimension; j += 1)
      squares += (vectors[j] as number) ** 2;
    // False for NaN, too.
    if (!(Math.abs(Math.sqrt(squares) - 1) <= unitTolerance)) throw malformed("vector");
  }
  gallery.add(entries);
  vectors.fill(0);
}

/** The graph of a gallery while it is read. It is left out where it would not be used. */
interface GraphReading {
  label(labels: readonly number[]): void;
  /** Null when there is no room in memory: the graph is built anew then. */
  readonly file: NamelessFile | null;
  write(bytes: Buffer): void;
  restore(head: GraphHead, tuning: Tuning | null): void;
}

function beginGraph(
  gallery: Gallery,
  { sizeBytes, shape, rows: rowsMax }: GraphHead,
): GraphReading | null {
  const { graphs, rows, efs } = gallery.parts;
  const isFit =
    graphs !== null &&
    graphs.shape.m === shape.m &&
    graphs.shape.efConstruction === shape.efConstruction;
  if (!isFit) return null;
  const file = createNamelessFile(sizeBytes);
  const labels: number[] = [];
  let written = 0;
  return {
    file,
    label(more) {
      // Not as arguments of a push: there can be more than a stack holds.
      for (const label of more) labels.push(label);
      if (labels.length > rowsMax) throw malformed("labels");
    },
    write(bytes) {
      written += bytes.length;
      if (written > sizeBytes) throw malformed("graph");
      for (let at = 0; file !== null && at < bytes.length; ) {
        at += writeSync(file.descriptor, bytes, at, bytes.length - at);
      }
    },
    restore(head, tuning) {
      if (written !== sizeBytes || labels.length !== head.rows) throw malformed("graph");
      if (labels.some((label) => label >= head.slots)) throw malformed("labels");
      if (file === null) return;
      const facts = { dimension: rows.dimension, shape, slots: head.slots };
      const graph = graphs.library.load(file.path, facts, head.slots - head.rows);
      ftruncateSync(file.descriptor);
      const coverage = createCoverage(rows, graph, labels);
      graphs.restore(coverage);
      if (tuning !== null) efs.restore(coverage, tuning);
    },
  };
}

/** @throws VaultError */
function headOf({ kind, bytes }: Frame): GalleryHead {
  if (kind !== frameKinds.gallery) throw malformed("order of frames");
  let head: Partial<GalleryHead>;
  try {
    head = JSON.parse(bytes.toString("utf8")) as Partial<GalleryHead>;
  } catch {
    throw malformed("head of a gallery");
  }
  const { name, templates, graph = null, tuning = null } = head;
  if (typeof name !== "string" || !isCount(templates)) throw malformed("head of a gallery");
  if (graph !== null && !isGraphHead(graph, templates)) throw malformed("head of a graph");
  if (tuning !== null && !isTuning(tuning)) throw malformed("tuning");
  return { name, templates, graph, tuning };
}

function isGraphHead({ shape, slots, rows, sizeBytes }: GraphHead, templates: number): boolean {
  if (![slots, rows, sizeBytes, shape?.m, shape?.efConstruction].every(isCount)) return false;
  return rows <= templates && rows <= slots;
}

function isTuning({ ef, templates, probes }: Tuning): boolean {
  if (!isCount(templates) || !isCount(probes)) return false;
  return ef === null || (isCount(ef) && ef >= 1 && ef <= Math.max(efMax, 65_536));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

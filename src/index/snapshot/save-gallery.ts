import { fstatSync, readSync } from "node:fs";
import type { Coverage } from "../coverage.js";
import type { Tuning } from "../ef-tuning.js";
import type { GalleryParts } from "../gallery.js";
import { type GraphShape, graphFileBytes } from "../graph-file.js";
import type { Graphs } from "../graphs.js";
import type { Task } from "../task.js";
import { frameKinds, labelsPerFrame, packLabels, packRows, writeFrame } from "./frames.js";
import { createNamelessFile, type NamelessFile } from "./nameless-file.js";
import type { SealedWriter } from "./sealed-file.js";

/** Bytes of vectors in one frame, about. */
const rowsFrameBytes = 524_288;
const graphFrameBytes = 1_048_576;

/** What the first frame of a gallery says, in JSON. */
export interface GalleryHead {
  /** What the worker knows it by. */
  readonly name: string;
  readonly templates: number;
  readonly graph: GraphHead | null;
  readonly tuning: Tuning | null;
}

/** The graph whose labels and file follow. */
export interface GraphHead {
  readonly shape: GraphShape;
  /** Labels in use, erased ones among them. */
  readonly slots: number;
  /** Rows that it has, the first ones: one label each. */
  readonly rows: number;
  readonly sizeBytes: number;
}

/** A gallery cannot be saved as it is at one moment: somebody was removed from it meanwhile. */
export class ChangedError extends Error {}

/** What became of the graph of a gallery that was saved. */
export type SavedGraph = "none" | "saved" | "no room";

/**
 * Writes one gallery, in slices, as long as nobody is removed; but for its graph, which a native library writes at once, into
 * memory, before. What is added meanwhile may be among what is written.
 * @param requireUnchanged throws ChangedError when somebody was
 */
export function* saveGallery(
  writer: SealedWriter,
  name: string,
  parts: GalleryParts,
  requireUnchanged: () => void,
): Task<SavedGraph> {
  const { rows, graphs, efs } = parts;
  const templates = rows.count;
  const coverage = graphs?.serving ?? null;
  const dump = graphs === null || coverage === null ? null : dumpGraph(graphs, coverage);
  try {
    const head: GalleryHead = { name, templates, graph: dump?.head ?? null, tuning: efs.tuning };
    writeFrame(writer, frameKinds.gallery, Buffer.from(JSON.stringify(head)));
    if (dump !== null) yield* writeGraph(writer, dump);
    yield* writeRows(writer, parts, templates, requireUnchanged);
  } finally {
    dump?.file.close();
  }
  if (coverage === null) return "none";
  return dump === null ? "no room" : "saved";
}

interface Dump {
  readonly head: GraphHead;
  readonly labels: readonly number[];
  readonly file: NamelessFile;
}

/** Null when there is no room in memory for it, or nothing to be kept. */
function dumpGraph({ shape }: Graphs, coverage: Coverage): Dump | null {
  const { slots, dimension } = coverage;
  if (coverage.cursor === 0) return null;
  const file = createNamelessFile(graphFileBytes({ dimension, shape, slots }));
  if (file === null) return null;
  try {
    const labels = coverage.save(file.path);
    const sizeBytes = fstatSync(file.descriptor).size;
    return { head: { shape, slots, rows: labels.length, sizeBytes }, labels, file };
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

function* writeGraph(writer: SealedWriter, { head, labels, file }: Dump): Task<void> {
  for (let at = 0; at < labels.length; at += labelsPerFrame) {
    writeFrame(writer, frameKinds.labels, packLabels(labels.slice(at, at + labelsPerFrame)));
    yield;
  }
  const bytes = Buffer.alloc(graphFrameBytes);
  for (let at = 0; at < head.sizeBytes; ) {
    const read = readSync(file.descriptor, bytes, 0, graphFrameBytes, at);
    if (read === 0) throw new Error("a graph was not written whole");
    writeFrame(writer, frameKinds.graph, bytes.subarray(0, read));
    at += read;
    bytes.fill(0);
    yield;
  }
}

function* writeRows(
  writer: SealedWriter,
  { rows }: GalleryParts,
  templates: number,
  requireUnchanged: () => void,
): Task<void> {
  const { dimension } = rows;
  const size = Math.max(1, Math.floor(rowsFrameBytes / (dimension * 4)));
  for (let first = 0; first < templates; first += size) {
    requireUnchanged();
    const count = Math.min(size, templates - first);
    const vectors = new Float32Array(count * dimension);
    const templateIds: string[] = [];
    const personIds: string[] = [];
    for (let i = 0; i < count; i += 1) {
      vectors.set(rows.vectorOf(first + i), i * dimension);
      templateIds.push(rows.templateAt(first + i));
      personIds.push(rows.personAt(first + i));
    }
    const packed = packRows({ templateIds, personIds, vectors });
    writeFrame(writer, frameKinds.rows, packed);
    packed.fill(0);
    vectors.fill(0);
    yield;
  }
}

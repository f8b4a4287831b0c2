import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { graphLibrary } from "../../src/index/graph.js";
import { isGraphFile } from "../../src/index/graph-file.js";
import {
  type FrameKind,
  frameBytesMax,
  frameKinds,
  packLabels,
  packRows,
  writeFrame,
} from "../../src/index/snapshot/frames.js";
import type { GalleryHead } from "../../src/index/snapshot/save-gallery.js";
import { createSealedWriter } from "../../src/index/snapshot/sealed-file.js";
import { openSnapshot } from "../../src/index/snapshot/worker-snapshot.js";
import { drawFaces } from "./faces.js";
import { galleryOf } from "./galleries.js";

const dimension = 8;
const key = randomBytes(32);
const bound = "b";
const shape = { m: 8, efConstruction: 20 };
const draw = drawFaces(dimension, 3);
const rows = 60;
const vectors = Array.from({ length: rows }, () => draw.person()());

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cordon-malformed-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A graph of the vectors, as hnswlib writes it. */
function graphFile(): string {
  const path = join(directory, "graph");
  const graph = graphLibrary.create(dimension, shape, rows);
  for (const vector of vectors) graph.insert(vector);
  graph.save(path);
  return path;
}

const ids = (letter: string, count = rows) => {
  return Array.from({ length: count }, (_, i) => `${letter}${i}`);
};

function rowsFrame(changed: Float32Array[] = vectors, templateIds = ids("t", changed.length)) {
  const packed = Float32Array.from(changed.flatMap((vector) => [...vector]));
  return packRows({ templateIds, personIds: ids("p", changed.length), vectors: packed });
}

type Frames = readonly (readonly [number, Uint8Array])[];

/** The frames of a gallery with its graph, as they are written. */
function wellFormed(): { head: GalleryHead; graph: Buffer; frames: (change?: object) => Frames } {
  const graph = readFileSync(graphFile());
  const head: GalleryHead = {
    name: "0:g",
    templates: rows,
    graph: { shape, slots: rows, rows, sizeBytes: graph.length },
    tuning: { ef: 20, templates: rows, probes: 256 },
  };
  const frames = (change: object = {}): Frames => [
    [frameKinds.gallery, Buffer.from(JSON.stringify({ ...head, ...change }))],
    [frameKinds.labels, packLabels(ids("").map(Number))],
    [frameKinds.graph, graph],
    [frameKinds.rows, rowsFrame()],
    [frameKinds.end, Buffer.alloc(0)],
  ];
  return { head, graph, frames };
}

function open(frames: Frames) {
  const path = join(directory, "snapshot");
  rmSync(path, { force: true });
  const writer = createSealedWriter(path, { key, bound });
  for (const [kind, bytes] of frames) writeFrame(writer, kind as FrameKind, bytes);
  writer.end();
  writer.close();
  const options = { ...shape, fullScanThreshold: 10 };
  return openSnapshot({ path, key: Buffer.from(key), bound }, (name) =>
    name === "0:g" ? galleryOf("hnsw", dimension, options) : null,
  );
}

/** The frame of this kind, replaced. */
function replaced(frames: Frames, kind: FrameKind, bytes: Uint8Array): Frames {
  return frames.map((frame) => (frame[0] === kind ? [kind, bytes] : frame));
}

describe("a genuine snapshot that no Cordon should have written", () => {
  test("is told from one that it has: that opens", () => {
    const { answer, galleries } = open(wellFormed().frames());
    expect(answer).toEqual({
      isOpen: true,
      shards: [{ name: "0:g", persons: rows, templates: rows }],
    });
    if (process.platform !== "linux") return;
    expect(galleries.get("0:g")?.parts.graphs?.serving?.cursor).toBe(rows);
  });

  const { head, graph, frames } = (() => {
    directory = mkdtempSync(join(tmpdir(), "cordon-malformed-"));
    const made = wellFormed();
    rmSync(directory, { recursive: true });
    return made;
  })();
  const labels = ids("").map(Number);
  const nan = vectors.map((vector, i) => (i === 7 ? vector.map(() => Number.NaN) : vector));
  const long = vectors.map((vector, i) => (i === 7 ? vector.map((value) => value * 2) : vector));
  const graphHead = (change: object) => frames({ graph: { ...head.graph, ...change } });
  const cases: Record<string, Frames> = {
    "holds no end": frames().slice(0, -1),
    "begins with rows": frames().slice(3),
    "holds a frame of no kind": [...frames().slice(0, -1), [9, Buffer.alloc(3)]],
    "holds something behind its end": [...frames(), [frameKinds.rows, rowsFrame()]],
    "holds a gallery twice": [...frames().slice(0, -1), ...frames()],
    "holds a gallery that is not there": frames({ name: "0:other" }),
    "has fewer rows than it says": frames({ templates: rows + 1 }),
    "has more rows than it says": frames({ templates: rows - 1, graph: null }),
    "has a template twice": replaced(
      frames({ graph: null }),
      frameKinds.rows,
      rowsFrame(
        vectors,
        ids("t").map((id, i) => (i === 3 ? "t2" : id)),
      ),
    ),
    "has a vector that is no number": replaced(frames(), frameKinds.rows, rowsFrame(nan)),
    "has a vector that is too long": replaced(frames(), frameKinds.rows, rowsFrame(long)),
    "has rows that are cut": replaced(frames(), frameKinds.rows, rowsFrame().subarray(0, -1)),
    "has rows of nothing": replaced(frames(), frameKinds.rows, Buffer.alloc(2)),
    "has a huge number of rows": replaced(frames(), frameKinds.rows, Buffer.alloc(4, 0xff)),
    "has a head that is no JSON": replaced(frames(), frameKinds.gallery, Buffer.from("{")),
    "has a head without a name": frames({ name: 5 }),
    "has a tuning that is none": frames({ tuning: { ef: 1e9, templates: 1, probes: 1 } }),
    "has a graph of negative size": graphHead({ sizeBytes: -1 }),
    "has a graph with more rows than templates": graphHead({ rows: rows + 1, slots: rows + 1 }),
    "has a graph of fewer slots than rows": graphHead({ slots: rows - 1 }),
    "has a graph of more slots than its file": graphHead({ slots: rows + 1 }),
    "has a graph that is shorter than it says": graphHead({ sizeBytes: graph.length + 1 }),
    "has a graph that is longer than it says": graphHead({ sizeBytes: graph.length - 1 }),
    "has a label out of range": replaced(
      frames(),
      frameKinds.labels,
      packLabels(labels.map((label) => (label === 5 ? rows : label))),
    ),
    "has a label twice": replaced(
      frames(),
      frameKinds.labels,
      packLabels(labels.map((label) => (label === 5 ? 6 : label))),
    ),
    "has too few labels": replaced(frames(), frameKinds.labels, packLabels(labels.slice(1))),
    "has labels that are cut": replaced(frames(), frameKinds.labels, Buffer.alloc(rows * 4 - 1)),
  };
  const needsMemoryFile = /graph|label/;
  test.each(Object.entries(cases))("is refused when it %s", (name, changed) => {
    if (process.platform !== "linux" && needsMemoryFile.test(name)) return;
    const { answer, galleries } = open(changed);
    expect(answer.isOpen).toBe(false);
    expect(galleries.size).toBe(0);
  });

  test("has no frame that is too large", () => {
    expect(() => open([[frameKinds.rows, Buffer.alloc(frameBytesMax + 1)]])).toThrow(RangeError);
  });
});

describe("a file of hnswlib's", () => {
  test("is taken for what it is, and for nothing else", () => {
    const path = graphFile();
    const facts = { dimension, shape, slots: rows };
    expect(isGraphFile(path, facts)).toBe(true);
    expect(isGraphFile(path, { ...facts, dimension: 16 })).toBe(false);
    expect(isGraphFile(path, { ...facts, slots: rows + 1 })).toBe(false);
    expect(isGraphFile(path, { ...facts, shape: { ...shape, m: 16 } })).toBe(false);
    expect(isGraphFile(path, { ...facts, shape: { ...shape, efConstruction: 21 } })).toBe(false);
  });

  test("is refused with its head changed anywhere but in two numbers that only steer", () => {
    const path = graphFile();
    const whole = readFileSync(path);
    const facts = { dimension, shape, slots: rows };
    for (let at = 0; at < 96; at += 1) {
      const changed = Buffer.from(whole);
      changed[at] = (whole[at] as number) ^ 0x80;
      writeFileSync(path, changed);
      // Room (8 to 15) may be larger, the entry point (52) another; 80 is the levels' spread.
      const mayPass = (at >= 8 && at < 16) || (at >= 48 && at < 56) || (at >= 80 && at < 88);
      if (!mayPass) expect(isGraphFile(path, facts), `byte ${at}`).toBe(false);
    }
    writeFileSync(path, whole.subarray(0, 50));
    expect(isGraphFile(path, facts)).toBe(false);
    writeFileSync(path, whole.subarray(0, 2_000));
    expect(isGraphFile(path, facts)).toBe(false);
  });
});

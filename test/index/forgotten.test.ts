import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Gallery } from "../../src/index/gallery.js";
import { quantiseRow } from "../../src/index/quantise.js";
import { quantiseRowNarrow } from "../../src/index/quantise-narrow.js";
import { createSlab } from "../../src/index/slab.js";
import { openSnapshot, saveSnapshot } from "../../src/index/snapshot/worker-snapshot.js";
import { finishUpkeep, galleryOf } from "./galleries.js";
import { countInMemory, needleOf } from "./process-memory.js";

const dimension = 160;
const persons = 400;

/** Writes person i's vector; the same every time, and nowhere else. */
function draw(i: number, into: Float32Array): void {
  let state = i + 1;
  let squares = 0;
  for (let j = 0; j < dimension; j += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const value = (state >>> 8) / 2 ** 24 - 0.5;
    into[j] = value;
    squares += value * value;
  }
  for (let j = 0; j < dimension; j += 1) into[j] = (into[j] as number) / Math.sqrt(squares);
}

/** Copies of person i's vector, float32 and 8-bit. */
function copiesOf(i: number): readonly number[] {
  const vector = new Float32Array(dimension);
  const elements = new Int8Array(dimension);
  draw(i, vector);
  const { kernel } = createSlab(dimension);
  const quantise = kernel === "relaxed-simd" ? quantiseRowNarrow : quantiseRow;
  quantise(vector, elements, new Float32Array(2));
  // Native kernels take elements with 128 added, and interleave those of sixteen rows.
  const isNative = kernel.startsWith("native");
  if (isNative) for (let j = 0; j < dimension; j += 1) elements[j] = (elements[j] ?? 0) ^ 0x80;
  const needles = [needleOf(vector), needleOf(elements, isNative ? 64 : 4)];
  vector.fill(0);
  elements.fill(0);
  return countInMemory(needles);
}

/** Looks up to five times: the collector may move things from behind the scan to before it. */
function isInMemory(i: number): boolean {
  return Array.from({ length: 5 }).some(() => copiesOf(i).every((copies) => copies > 0));
}

function fill(gallery: Gallery): void {
  const vectors = new Float32Array(persons * dimension);
  for (let i = 0; i < persons; i += 1) draw(i, vectors.subarray(i * dimension));
  const ids = (letter: string) => Array.from({ length: persons }, (_, i) => `${letter}${i}`);
  gallery.add({ personIds: ids("p"), templateIds: ids("t"), vectors });
  vectors.fill(0);
  finishUpkeep(gallery);
}

const drivers: readonly (readonly [string, () => Gallery])[] = [
  ["exact", () => galleryOf("exact", dimension)],
  ["hnsw", () => galleryOf("hnsw", dimension, { fullScanThreshold: 0 })],
];

describe.runIf(process.platform === "linux").each(drivers)("%s gallery", (_, create) => {
  test("no copy of a removed person's vector is left in the memory of the process", () => {
    const gallery = create();
    fill(gallery);
    expect(isInMemory(123)).toBe(true);
    expect(gallery.removePerson("p123")).toBe(1);
    expect(gallery.removePerson(`p${persons - 1}`)).toBe(1);
    expect(copiesOf(123)).toEqual([0, 0]);
    expect(copiesOf(persons - 1)).toEqual([0, 0]);
    expect(isInMemory(124)).toBe(true);
    expect(gallery.removeTemplates(["t125", "t126", "t125", "none"])).toBe(2);
    expect(copiesOf(125)).toEqual([0, 0]);
    gallery.wipe();
  });

  test("none is left either where a snapshot was written and read", () => {
    const gallery = create();
    fill(gallery);
    const directory = mkdtempSync(join(tmpdir(), "cordon-forgotten-"));
    const file = { path: join(directory, "one"), bound: "b" };
    const saving = saveSnapshot({ ...file, key: Buffer.alloc(32, 1) }, new Map([["g", gallery]]));
    while (saving.next().done !== true);
    const again = openSnapshot({ ...file, key: Buffer.alloc(32, 1) }, () => create()).galleries;
    rmSync(directory, { recursive: true });
    const opened = again.get("g") as Gallery;
    expect(opened.templates).toBe(persons);
    expect(isInMemory(123)).toBe(true);
    for (const one of [gallery, opened]) expect(one.removePerson("p123")).toBe(1);
    expect(copiesOf(123)).toEqual([0, 0]);
    for (const one of [gallery, opened]) one.wipe();
  });
});

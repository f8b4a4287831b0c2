import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Gallery } from "../../src/index/gallery.js";
import type { HnswOptions } from "../../src/index/options.js";
import type { IndexDriverName } from "../../src/index/port.js";
import { createGallery, type GalleryTools } from "../../src/index/shard-gallery.js";
import { openSnapshot, saveSnapshot } from "../../src/index/snapshot/worker-snapshot.js";
import { sealedChunkBytes } from "../../src/vault/sealed-stream.js";
import { drawFaces } from "./faces.js";
import { finishUpkeep, galleryOf, toolsOf } from "./galleries.js";

const dimension = 32;
const key = randomBytes(32);
const options = { m: 8, efConstruction: 60, fullScanThreshold: 500, recallTarget: 0.9 };
const draw = drawFaces(dimension, 77);

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cordon-snapshot-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function fill(gallery: Gallery, persons: number, prefix = ""): readonly Float32Array[] {
  const vectors = Array.from({ length: persons }, () => draw.person()());
  vectors.forEach((vector, i) => {
    const ids = { templateIds: [`${prefix}t${i}`], personIds: [`${prefix}人${i >> 1}`] };
    gallery.add({ ...ids, vectors: vector.slice() });
  });
  return vectors;
}

function save(galleries: ReadonlyMap<string, Gallery>, meanwhile = () => {}) {
  const path = join(directory, "one.snap");
  const run = saveSnapshot({ path, key: Buffer.from(key), bound: "b" }, galleries);
  for (let i = 0; ; i += 1) {
    const step = run.next();
    if (step.done === true) return { path, saved: step.value };
    if (i === 1) meanwhile();
  }
}

function open(path: string, drivers: Record<string, IndexDriverName>, change = {}) {
  const made: Gallery[] = [];
  const tools: GalleryTools = toolsOf(dimension, { ...options, ...change });
  const { answer, galleries } = openSnapshot(
    { path, key: Buffer.from(key), bound: "b" },
    (name) => {
      const driver = drivers[name];
      if (driver === undefined) return null;
      const gallery = createGallery(tools, driver);
      made.push(gallery);
      return gallery;
    },
  );
  return { answer, galleries, made };
}

/** A gallery of each driver, with somebody erased, the graph built and its ef measured. */
function world(): ReadonlyMap<string, Gallery> {
  const galleries = new Map([
    ["0:*", galleryOf("exact", dimension, options)],
    ["0:watch", galleryOf("hnsw", dimension, options)],
    ["0:empty", galleryOf("hnsw", dimension, options)],
  ]);
  for (const [name, gallery] of galleries) {
    if (name === "0:empty") continue;
    fill(gallery, 1_600);
    finishUpkeep(gallery);
    for (let i = 0; i < 60; i += 1) gallery.removePerson(`人${i * 3}`);
    // Behind what the graph has.
    fill(gallery, 40, "late");
  }
  return galleries;
}

const drivers = { "0:*": "exact", "0:watch": "hnsw", "0:empty": "hnsw" } as const;

describe("a snapshot of a worker", () => {
  test("opens to galleries that answer as those that were saved", () => {
    const galleries = world();
    const { path, saved } = save(galleries);
    expect(saved).toMatchObject({
      isSaved: true,
      graphsLeftOut: 0,
      sizeBytes: statSync(path).size,
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const opened = open(path, drivers);
    expect(opened.answer).toEqual({
      isOpen: true,
      shards: [...galleries].map(([name, { persons, templates }]) => ({
        name,
        persons,
        templates,
      })),
    });
    const watch = opened.galleries.get("0:watch") as Gallery;
    for (const _ of [1, 2]) {
      for (let i = 0; i < 50; i += 1) {
        const query = draw.person()();
        for (const [name, gallery] of opened.galleries) {
          const before = galleries.get(name)?.search(query.slice(), 1, 3);
          if (name === "0:*") expect(gallery.search(query.slice(), 1, 3)).toEqual(before);
          else
            expect(gallery.search(query.slice(), 1, 3)[0]).toHaveLength(before?.[0]?.length ?? 0);
        }
      }
      // It can be changed as any other, and saved again.
      expect(watch.removePerson("人4")).toBe(_ === 1 ? 2 : 0);
      finishUpkeep(watch);
    }
    expect(save(opened.galleries, () => undefined).saved.isSaved).toBe(false);
  });

  test.runIf(process.platform === "linux")(
    "brings graph and ef along, and nothing to build",
    () => {
      const galleries = world();
      const { path } = save(galleries);
      const watch = open(path, drivers).galleries.get("0:watch") as Gallery;
      const { graphs, efs } = watch.parts;
      const before = galleries.get("0:watch")?.parts;
      expect(graphs?.serving?.cursor).toBe(before?.graphs?.serving?.cursor);
      expect(graphs?.serving?.erased).toBe(before?.graphs?.serving?.erased);
      expect(graphs?.serving?.erased).toBeGreaterThan(90);
      expect(efs.tuning).toEqual(before?.efs.tuning);
      const query = draw.person()();
      watch.upkeep(false);
      expect(watch.report()).toMatchObject({ method: "hnsw" });
      expect(watch.search(query.slice(), 1, 5)).toEqual(
        galleries.get("0:watch")?.search(query.slice(), 1, 5),
      );
    },
  );

  test.each([
    ["no graph where there are none", { "0:watch": "exact" } as const, {}],
    ["no graph of another shape", {}, { m: 12 }],
  ])("opens to %s", (_, changed, change: Partial<HnswOptions>) => {
    const { path } = save(world());
    const { answer, galleries } = open(path, { ...drivers, ...changed }, change);
    expect(answer.isOpen).toBe(true);
    expect(galleries.get("0:watch")?.parts.graphs?.serving ?? null).toBeNull();
    expect(galleries.get("0:watch")?.templates).toBe(1_520);
  });

  test.each(["0:*", "0:watch"])(
    "is not saved, and leaves no file, when somebody is removed from %s meanwhile",
    (name) => {
      const galleries = world();
      // The first is written whole by then, the second has not been begun.
      const gone = () => void galleries.get(name)?.removePerson("人1");
      expect(save(galleries, gone).saved).toEqual({
        isSaved: false,
        why: "somebody was removed meanwhile",
      });
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  test("may hold what is added meanwhile, and holds all that was there", () => {
    const galleries = world();
    const more = () => void fill(galleries.get("0:watch") as Gallery, 30, "more");
    const { path, saved } = save(galleries, more);
    expect(saved.isSaved).toBe(true);
    const { templates } = open(path, drivers).galleries.get("0:watch") as Gallery;
    expect([1_520, 1_550]).toContain(templates);
  });

  test("does not replace a file", () => {
    writeFileSync(join(directory, "one.snap"), "somebody's");
    const { path, saved } = save(new Map());
    expect(saved.isSaved).toBe(false);
    expect(existsAs(path)).toBe("somebody's");
  });

  test("holds no vector in the clear", () => {
    const gallery = galleryOf("hnsw", dimension, { ...options, fullScanThreshold: 10 });
    const vectors = fill(gallery, 60);
    finishUpkeep(gallery);
    const { path } = save(new Map([["0:watch", gallery]]));
    const bytes = readFileSync(path);
    for (const vector of vectors) {
      const floats = Buffer.from(vector.buffer);
      for (let at = 0; at + 12 <= floats.length; at += 12) {
        expect(bytes.includes(floats.subarray(at, at + 12))).toBe(false);
      }
    }
    expect(bytes.includes("人1")).toBe(false);
  });
});

function existsAs(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

describe("a snapshot that is not as it was written", () => {
  function expectRefused(path: string): void {
    const { answer, galleries, made } = open(path, drivers);
    expect(answer.isOpen).toBe(false);
    expect(galleries.size).toBe(0);
    for (const gallery of made) expect(gallery.templates).toBe(0);
  }

  test("is refused with a bit flipped in any region", () => {
    const { path } = save(world());
    const whole = readFileSync(path);
    const places = [0, 1, 20, 39, 40, 41, 300, sealedChunkBytes - 1, sealedChunkBytes + 39];
    for (let at = 0; at < whole.length; at += Math.floor(whole.length / 40)) places.push(at);
    for (let from = 1; from <= 17; from += 4) places.push(whole.length - from);
    for (const at of places.filter((place) => place < whole.length)) {
      const changed = Buffer.from(whole);
      changed[at] = (whole[at] as number) ^ (1 << (at % 8));
      writeFileSync(path, changed);
      expectRefused(path);
    }
  });

  test("is refused when it is cut, at any length, or longer", () => {
    const { path } = save(world());
    const whole = readFileSync(path);
    const lengths = [0, 1, 39, 40, 41, 56, 57, 40 + sealedChunkBytes, 41 + sealedChunkBytes];
    for (let at = 1; at < whole.length; at += Math.floor(whole.length / 25)) lengths.push(at);
    lengths.push(whole.length - 1, whole.length - 16);
    for (const length of lengths.filter((one) => one < whole.length)) {
      writeFileSync(path, whole.subarray(0, length));
      expectRefused(path);
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(1)]));
    expectRefused(path);
    writeFileSync(path, Buffer.concat([whole, whole]));
    expectRefused(path);
  });

  test("is refused when it is not there, another one's, or of a gallery that is gone", () => {
    const { path } = save(world());
    const one = (change: Partial<Parameters<typeof openSnapshot>[0]>) =>
      openSnapshot({ path, key: Buffer.from(key), bound: "b", ...change }, () =>
        galleryOf("exact", dimension),
      ).answer.isOpen;
    expect(one({})).toBe(true);
    expect(one({ key: randomBytes(32) })).toBe(false);
    expect(one({ bound: "c" })).toBe(false);
    expect(one({ path: `${path}x` })).toBe(false);
    expect(open(path, { "0:*": "exact" }).answer.isOpen).toBe(false);
  });

  test("is refused by an index of another dimension", () => {
    const { path } = save(world());
    const { answer } = openSnapshot({ path, key: Buffer.from(key), bound: "b" }, () =>
      galleryOf("hnsw", dimension * 2, options),
    );
    expect(answer.isOpen).toBe(false);
  });
});

import { describe, expect, test } from "vitest";
import { createCosts } from "../../src/index/costs.js";
import { type Meter, machineMeter } from "../../src/index/meter.js";
import { createReplays } from "../../src/index/replays.js";
import { createRows } from "../../src/index/rows.js";
import { createScanner } from "../../src/index/scanner.js";
import { createSlab } from "../../src/index/slab.js";
import { drawFaces } from "./faces.js";
import { finishUpkeep, galleryOf } from "./galleries.js";

const dimension = 16;

function world(fraction = 1, count = 100) {
  const rows = createRows(createSlab(dimension));
  const draw = drawFaces(dimension, 2);
  rows.reserve(count);
  for (let i = 0; i < count; i += 1) {
    rows.put({ templateIds: [`t${i}`], personIds: [`p${i}`], vectors: draw.person()() }, 0);
  }
  const clock = { nowMs: 0, passesMs: 0 };
  const nowMs = () => {
    clock.nowMs += clock.passesMs;
    return clock.nowMs;
  };
  const meter: Meter = { ...machineMeter, nowMs };
  const scanned = { rows, scanner: createScanner(rows), costs: createCosts(), meter };
  const taken: number[] = [];
  const uniform = () => {
    taken.push(0);
    return (taken.length % 10) / 10;
  };
  const replays = createReplays(scanned, { fraction, uniform });
  const queries = draw.person()();
  let score = -1;
  for (let row = 0; row < count; row += 1) score = Math.max(score, rows.score(row, queries, 0));
  return { rows, clock, replays, queries, score };
}

function finish(task: Generator<void, void, void>): void {
  while (task.next().done !== true);
}

describe.each(["hnsw", "exact"] as const)("replays of answers by %s", (method) => {
  test("agree with a true best, and with nothing below it", () => {
    const { replays, queries, score } = world();
    replays.offer({ queries, index: 0, method, score });
    replays.offer({ queries, index: 0, method, score: score - 1e-6 });
    expect(replays.isWaiting).toBe(true);
    finish(replays.next());
    expect([replays.replayed, replays.agreed]).toEqual([1, 1]);
    finish(replays.next());
    expect([replays.replayed, replays.agreed]).toEqual([2, 1]);
    expect(replays.isWaiting).toBe(false);
  });

  test("do not hold templates that came later against an answer", () => {
    const { rows, replays, queries, score } = world();
    replays.offer({ queries, index: 0, method, score });
    rows.put({ templateIds: ["new"], personIds: ["new"], vectors: queries.slice() }, 0);
    finish(replays.next());
    expect([replays.replayed, replays.agreed]).toEqual([1, 1]);
  });

  test("are given up when a template goes, before and during", () => {
    const { replays, queries, score } = world();
    replays.offer({ queries, index: 0, method, score });
    replays.changed();
    expect(replays.isWaiting).toBe(false);
    replays.offer({ queries, index: 0, method, score });
    const task = replays.next();
    task.next();
    replays.changed();
    finish(task);
    expect(replays.replayed).toBe(0);
  });

  test("take a fiftieth of the time at most", () => {
    const { clock, replays, queries, score } = world();
    const offer = () => replays.offer({ queries, index: 0, method, score });
    offer();
    const task = replays.next();
    // Each look at the clock takes a millisecond, and each step two of them.
    clock.passesMs = 1;
    let steps = 1;
    for (; task.next().done !== true; steps += 1) clock.nowMs += 1_000;
    clock.passesMs = 0;
    const restMs = 49 * steps;
    clock.nowMs += restMs - 1;
    offer();
    expect(replays.isWaiting).toBe(false);
    clock.nowMs += 1;
    offer();
    expect(replays.isWaiting).toBe(true);
  });

  test("are given up when the worker stays busy", () => {
    const { clock, replays, queries, score } = world();
    replays.offer({ queries, index: 0, method, score });
    clock.nowMs = 4_999;
    replays.expire();
    expect(replays.isWaiting).toBe(true);
    clock.nowMs = 5_001;
    replays.expire();
    expect(replays.isWaiting).toBe(false);
    finish(replays.next());
    expect(replays.replayed).toBe(0);
  });
});

test("a fraction of the queries is taken, and never more than a few wait", () => {
  const { replays, queries, score } = world(0.25);
  const offer = () => replays.offer({ queries, index: 0, method: "exact", score });
  for (let i = 0; i < 10; i += 1) offer();
  let taken = 0;
  for (; replays.isWaiting; taken += 1) finish(replays.next());
  expect(taken).toBe(3);
  for (let i = 0; i < 1_000; i += 1) offer();
  for (taken = 0; replays.isWaiting; taken += 1) finish(replays.next());
  expect(taken).toBe(8);
});

test("none is taken when the fraction is 0", () => {
  const { replays, queries, score } = world(0);
  replays.offer({ queries, index: 0, method: "exact", score });
  expect(replays.isWaiting).toBe(false);
});

test.each(["exact", "hnsw", "auto"] as const)("a gallery by %s reports its replays", (driver) => {
  const options = { fullScanThreshold: 100, recallSampleFraction: 1, m: 8 };
  const gallery = galleryOf(driver, dimension, options);
  const draw = drawFaces(dimension, 4);
  for (let i = 0; i < 400; i += 1) {
    gallery.add({ templateIds: [`t${i}`], personIds: [`p${i}`], vectors: draw.person()() });
  }
  finishUpkeep(gallery);
  expect(gallery.hasReplays).toBe(false);
  gallery.search(draw.person()(), 1, 5);
  expect(gallery.hasReplays).toBe(true);
  // Not while somebody waits.
  expect(gallery.upkeep(false)).toBe(true);
  expect(gallery.report()).toMatchObject({ replayed: 0, agreed: 0 });
  finishUpkeep(gallery);
  expect(gallery.report()).toMatchObject({ replayed: 1, agreed: 1 });
  expect(gallery.report().method).toBe(driver === "hnsw" ? "hnsw" : "exact");
  gallery.search(draw.person()(), 1, 5);
  gallery.wipe();
  expect(gallery.hasReplays).toBe(false);
});

import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.js";
import { mintPermit, type Permit } from "../../../src/base/permit.js";
import { createIndex, type EmbeddedIndex } from "../../../src/index/create-index.js";
import type { IndexOptions } from "../../../src/index/options.js";
import type { IndexDriverName } from "../../../src/index/port.js";
import { availableKernels } from "../../../src/index/slab.js";
import type { SnapshotOutcome } from "../../../src/index/snapshot/snapshots.js";
import { BATCH, type Contender, keepBusy, type OpenContender } from "../contender.js";
import type { ChurnReply } from "../protocol.js";
import { chunks } from "../rows-file.js";

const galleryId = "bench";
/** Rows handed over in one `add`: its limit. */
const ADD_MAX = 4_096;
/** Candidates weighed for the links of a rough graph, which has 24 for each template. */
const ROUGH_EF = 32;
/** AES-256. */
const SNAPSHOT_KEY_BYTES = 32;
/** Calls under way: more than all workers can be busy with, less than their queues hold. */
const CALLS_OF_ONE = 256;
const CALLS_OF_MANY = 16;
/** Permits live half a minute in the product; this one outlives the bench. */
const DAY_MS = 86_400_000;

/**
 * The index of this project behind its own port. Its settings are how callers ask: one query a
 * call, as unary queries do, or many, as batches do.
 */
export const openCordon: OpenContender = async (setup, probes) => {
  const { dimension, threads, k } = setup;
  const driver = setup.contender.replace("cordon-", "") as IndexDriverName;
  const permit = mintPermit({
    ...{ act: "identify", zoneId: "bench", cameraId: "bench", galleryIds: [galleryId] },
    ...{ purpose: "PUBLIC_SAFETY", expiresAtMs: Date.now() + DAY_MS },
  });
  const open = () =>
    createIndex({
      ...{ driver, dimension, clock: systemClock },
      workers: threads,
      ...kernelWanted(),
      ...graphsWanted(),
    });
  let index = await open();
  let batch = BATCH;

  async function ask(numbers: readonly number[]): Promise<number[]> {
    const queries = numbers.map((at) => probes[at] as Float32Array);
    const found = await index.search(permit, galleryId, queries, k);
    return found.map(([best]) => (best === undefined ? -1 : rowOf(best.templateId)));
  }

  const contender: Contender = {
    async build(gallery) {
      await index.createGallery(galleryId);
      for (const [from, values] of chunks(gallery, ADD_MAX)) {
        const entries = Array.from({ length: values.length / dimension }, (_, at) => ({
          templateId: templateIdOf(from + at),
          personId: personIdOf(from + at),
          vector: values.subarray(at * dimension, (at + 1) * dimension),
        }));
        await index.add(galleryId, entries);
      }
      await index.settle();
      const { bytes, why } = await reportOf(index);
      const note = `${why}; kernel ${kernelName()}`;
      return { note, settings: ["calls of 64", "calls of 1"], reportedBytes: bytes };
    },
    async use(setting) {
      batch = setting === "calls of 1" ? 1 : BATCH;
    },
    async nearest(numbers) {
      const found: number[] = [];
      for (let at = 0; at < numbers.length; at += BATCH) {
        found.push(...(await ask(numbers.slice(at, at + BATCH))));
      }
      return found;
    },
    saturate: (seconds) =>
      keepBusy(probes.length, batch, batch === 1 ? CALLS_OF_ONE : CALLS_OF_MANY, seconds, ask),
    churn: (times) => churn(index, permit, probes, setup.persons, times),
    async snapshot() {
      const before = await contender.nearest(probes.map((_, at) => at));
      const place = {
        ...{ key: randomBytes(SNAPSHOT_KEY_BYTES), bound: "bench" },
        pathOf: (worker: number) => join(setup.scratch, `${worker}.snapshot`),
      };
      const saveSeconds = await secondsOf(async () => done(await index.saveTo(place)));
      await index.close();
      index = await open();
      await index.createGallery(galleryId);
      const openSeconds = await secondsOf(async () => done(await index.openFrom(place)));
      const sizes = Array.from({ length: threads }, (_, at) => stat(place.pathOf(at)));
      const sizeBytes = (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
      const after = await contender.nearest(probes.map((_, at) => at));
      const otherAnswers = after.filter((row, at) => row !== before[at]).length;
      return { sizeBytes, saveSeconds, openSeconds, otherAnswers };
    },
    close: () => index.close(),
  };
  return contender;
};

/** @throws Error that says why not, or which graphs are not in it */
function done(outcome: SnapshotOutcome): void {
  if (!outcome.isDone) throw new Error(outcome.why);
  if (outcome.graphsLeftOut > 0) throw new Error("there is no room in /dev/shm for the graphs");
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

/** Ids of the form that the server gives, so that they take the memory which they take there. */
function templateIdOf(row: number): string {
  return `00000000-0000-7000-8000-${row.toString(16).padStart(12, "0")}`;
}

function personIdOf(row: number): string {
  return `00000000-0000-7000-9000-${row.toString(16).padStart(12, "0")}`;
}

/** The row of {@link templateIdOf}. */
function rowOf(templateId: string): number {
  return Number.parseInt(templateId.slice(-12), 16);
}

function kernelName(): string {
  return process.env["CORDON_KERNEL"] ?? "of its own choice";
}

/** The kernel that the suite asks this process for; none leaves it to the index. */
function kernelWanted(): Pick<IndexOptions, "kernel"> {
  const wanted = process.env["CORDON_KERNEL"];
  if (wanted === "simd") return { kernel: "simd" };
  const relaxed = availableKernels().names.includes("relaxed-simd");
  if (wanted === "wasm") return { kernel: relaxed ? "relaxed-simd" : "simd" };
  if (wanted === "scalar") return { kernel: "scalar" };
  return {};
}

/** Graphs of as many links that are searched as they are, when the suite asks for rough ones. */
function graphsWanted(): Pick<IndexOptions, "hnsw"> {
  if (process.env["CORDON_GRAPHS"] !== "rough") return {};
  return { hnsw: { efConstruction: ROUGH_EF, ef: ROUGH_EF } };
}

/** What the index says of the gallery. */
async function reportOf(index: EmbeddedIndex): Promise<{ bytes: number | null; why: string }> {
  const { kernels, galleries } = await index.report([galleryId]);
  const [own] = galleries;
  const kernel = kernels.join(", ");
  if (own === undefined) return { bytes: null, why: kernel };
  return { bytes: own.bytes, why: `${own.reasons.join("; ")} (${kernel})` };
}

/**
 * Adds a stranger, finds them, removes them, finds them no more. The probe is their own image, so
 * that nobody else can be nearer.
 */
async function churn(
  index: EmbeddedIndex,
  permit: Permit,
  probes: readonly Float32Array[],
  persons: number,
  times: number,
): Promise<ChurnReply> {
  const addMicros: number[] = [];
  const removeMicros: number[] = [];
  let notFound = 0;
  let stillFound = 0;
  const isFound = async (vector: Float32Array, personId: string) => {
    const [found] = await index.search(permit, galleryId, [vector], 1);
    return found?.[0]?.personId === personId;
  };
  for (let turn = 0; turn < times; turn++) {
    const vector = probes[turn % probes.length] as Float32Array;
    const personId = personIdOf(persons + turn);
    const templateId = templateIdOf(persons + turn);
    const started = performance.now();
    await index.add(galleryId, [{ templateId, personId, vector }]);
    addMicros.push((performance.now() - started) * 1_000);
    if (!(await isFound(vector, personId))) notFound += 1;
    const removing = performance.now();
    await index.removePerson(galleryId, personId);
    removeMicros.push((performance.now() - removing) * 1_000);
    if (await isFound(vector, personId)) stillFound += 1;
  }
  return { addMicros, removeMicros, notFound, stillFound };
}

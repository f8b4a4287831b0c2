import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { apiMethods } from "../../src/api/methods.js";
import { mintPermit } from "../../src/base/permit.js";
import { createIndex, type EmbeddedIndex } from "../../src/index/create-index.js";
import { rosterId } from "../../src/index/port.js";
import type { Store } from "../../src/store/store.js";
import type { CordonClient } from "../../src/transport/client/client.js";
import type { Engine } from "../../src/usecases/engine.js";
import { createIndexSnapshots, type IndexSnapshots } from "../../src/usecases/index-snapshots.js";
import { createGalleries } from "../../src/usecases/load.js";
import { createIndexRefill, type IndexRefill } from "../../src/usecases/refill-index.js";
import { createRoster, enrolmentLimits } from "../../src/usecases/roster/enrol-batch.js";
import { makeLawful, timestamp } from "../e2e/harness.js";
import { startWorker } from "../index/workers.js";
import { directClient } from "./direct-client.js";
import {
  administrator,
  DAY_MS,
  makeEngine,
  START_MS,
  serverFacts,
  type TestEngine,
} from "./engine.js";
import { modelPack, vectorOf } from "./spies.js";

let base: TestEngine;
let engine: Engine;
let index: EmbeddedIndex;
let snapshots: IndexSnapshots;
let refill: IndexRefill;
let client: CordonClient;
let workers: Worker[];
/** Awaited before this method of the store is called, once. */
let before: { readonly method: keyof Store; readonly work: () => Promise<unknown> } | null;
/** Called when a part of the index is lost, once. */
let whenLost: () => void;

beforeEach(async () => {
  base = await makeEngine();
  workers = [];
  before = null;
  whenLost = () => undefined;
  const store = hooked(base.engine.store);
  index = await createIndex({
    driver: "exact",
    dimension: base.engine.vision.info.dimension,
    workers: 1,
    clock: base.clock,
    spawnWorker(settings) {
      const worker = startWorker(settings);
      workers.push(worker);
      return worker;
    },
    onWorkerLost() {
      refill.begin();
      whenLost();
    },
  });
  const { vault, vision, log } = base.engine;
  refill = createIndexRefill({ index, sources: { store, vault, vision, log }, count: () => {} });
  const directory = join(base.dataDir, "index");
  const parts = { directory, store, vault, index, modelPack, log, templatesMin: 1 };
  snapshots = createIndexSnapshots(parts);
  engine = {
    ...base.engine,
    store,
    index: snapshots.guarded,
    roster: createRoster(() => engine, enrolmentLimits({ index })),
  };
  await createGalleries(engine);
  client = directClient(apiMethods(engine, serverFacts), administrator);
  await makeLawful(client, START_MS);
});
afterEach(async () => {
  await refill.stop();
  await index.close();
  await base.close();
});

function hooked(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (before?.method !== name) return value.bind(target);
      const { work } = before;
      before = null;
      return async (...args: readonly unknown[]) => {
        await work();
        return value.apply(target, args);
      };
    },
  });
}

/** Ends the worker, and waits until all that it held was filled again from the store. */
async function loseWorker(): Promise<void> {
  const worker = workers.at(-1);
  if (worker === undefined) throw new Error("no worker");
  const lost = new Promise<void>((resolve) => {
    whenLost = resolve;
  });
  await Promise.all([once(worker, "exit"), worker.terminate(), lost]);
  while (!refill.isWhole) await new Promise(setImmediate);
}

async function enrol(person: number): Promise<string> {
  const { personId } = await client.enrolment.enrolPerson({
    galleryIds: ["watch"],
    lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
    retentionDeadline: timestamp(START_MS + DAY_MS),
    sources: [{ embedding: { modelPack, values: [...vectorOf(person)] } }],
  });
  return personId;
}

async function scores(person: number): Promise<readonly number[]> {
  const permit = mintPermit({
    ...{ act: "identify", zoneId: "plaza", cameraId: "gate-1", galleryIds: ["watch"] },
    ...{ purpose: "PUBLIC_SAFETY", expiresAtMs: START_MS + DAY_MS },
  });
  const [found = []] = await index.search(permit, "watch", [vectorOf(person)], 10);
  return found.map(({ score }) => score);
}

test("nobody erased comes back when a worker ends before the erasure is committed", async () => {
  const personId = await enrol(1);
  await enrol(2);
  before = { method: "erasePersons", work: loseWorker };
  const { templatesErased } = await client.enrolment.erasePerson({ personId, reason: "asked" });
  expect(templatesErased).toBe(1);
  expect(workers).toHaveLength(2);
  expect(index.stats("watch")).toMatchObject({ persons: 1, templates: 1 });
  expect(index.stats(rosterId)).toMatchObject({ persons: 1, templates: 1 });
  expect(await scores(1)).toEqual([0]);
  expect(await snapshots.saveIfWorth(engine.roster)).toBe(true);
});

test("an enrolment that is taken back does not come back when a worker ends meanwhile", async () => {
  await enrol(1);
  const { add } = engine.index;
  const failing = async (galleryId: string) => {
    if (galleryId === "watch") throw new Error("no");
  };
  Object.assign(engine.index, { add: failing });
  before = { method: "discardPersons", work: loseWorker };
  await expect(enrol(2)).rejects.toThrow();
  Object.assign(engine.index, { add });
  expect(workers).toHaveLength(2);
  expect(index.stats("watch")).toMatchObject({ persons: 1 });
  expect(index.stats(rosterId)).toMatchObject({ persons: 1 });
  expect(await scores(2)).toEqual([0]);
});

test("there is no snapshot of an index that holds more than the store does", async () => {
  const personId = await enrol(1);
  await enrol(2);
  const [one] = await engine.store.listTemplatesOf(personId);
  const stray = { templateId: `${one?.templateId}-x`, personId, vector: vectorOf(3) };
  await engine.index.add(rosterId, [stray]);
  expect(await snapshots.saveIfWorth(engine.roster)).toBe(false);
  expect(await readdir(join(base.dataDir, "index"))).toEqual([]);
  await engine.index.removeTemplates(rosterId, [stray.templateId]);
  expect(await snapshots.saveIfWorth(engine.roster)).toBe(true);
});

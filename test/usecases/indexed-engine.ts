import { once } from "node:events";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { apiMethods } from "../../src/api/methods.js";
import { createIndex, type EmbeddedIndex } from "../../src/index/create-index.js";
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

/** The engine over a real index of one worker, whose calls of the store can be held up. */
export interface IndexedEngine {
  readonly base: TestEngine;
  readonly engine: Engine;
  readonly index: EmbeddedIndex;
  readonly snapshots: IndexSnapshots;
  readonly client: CordonClient;
  /** Every worker that there was. */
  readonly workers: readonly Worker[];
  /** Awaits `work` before the next call of this method of the store; what it throws is thrown. */
  holdUp(method: keyof Store, work: () => Promise<unknown>): void;
  /** Ends the worker, and waits until all that it held was filled again from the store. */
  loseWorker(): Promise<void>;
  /** Enrols whoever looks like this; returns the id. */
  enrol(person: number): Promise<string>;
  close(): Promise<void>;
}

/** @param change of the engine, before anything uses it */
export async function makeIndexedEngine(
  change: (base: Engine) => Partial<Engine> = () => ({}),
): Promise<IndexedEngine> {
  const base = await makeEngine();
  const workers: Worker[] = [];
  let refill: IndexRefill | null = null;
  let whenLost = () => {};
  const hook = hooking(base.engine.store);
  const index = await createIndex({
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
      refill?.begin();
      whenLost();
    },
  });
  const { vault, vision, log } = base.engine;
  const { store } = hook;
  const filling = createIndexRefill({
    index,
    sources: { store, vault, vision, log },
    count: () => {},
  });
  refill = filling;
  const directory = join(base.dataDir, "index");
  const parts = { directory, store, vault, index, modelPack, log, templatesMin: 1 };
  const snapshots = createIndexSnapshots(parts);
  const engine: Engine = {
    ...base.engine,
    store,
    index: snapshots.guarded,
    roster: createRoster(() => engine, enrolmentLimits({ index })),
    ...change(base.engine),
  };
  await createGalleries(engine);
  const client = directClient(apiMethods(engine, serverFacts), administrator);
  await makeLawful(client, START_MS);
  return {
    ...{ base, engine, index, snapshots, client, workers, holdUp: hook.holdUp },
    async loseWorker() {
      const worker = workers.at(-1);
      if (worker === undefined) throw new Error("no worker");
      const lost = new Promise<void>((resolve) => {
        whenLost = resolve;
      });
      await Promise.all([once(worker, "exit"), worker.terminate(), lost]);
      while (!filling.isWhole) await new Promise(setImmediate);
    },
    async enrol(person) {
      const { personId } = await client.enrolment.enrolPerson({
        galleryIds: ["watch"],
        lawfulBasis: { legalProvision: { citation: "A Law, Art. 1" } },
        retentionDeadline: timestamp(START_MS + DAY_MS),
        sources: [{ embedding: { modelPack, values: [...vectorOf(person)] } }],
      });
      return personId;
    },
    async close() {
      await filling.stop();
      await index.close();
      await base.close();
    },
  };
}

function hooking(real: Store): Pick<IndexedEngine, "holdUp"> & { readonly store: Store } {
  let before: { readonly method: keyof Store; readonly work: () => Promise<unknown> } | null = null;
  const store = new Proxy(real, {
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
  return {
    store,
    holdUp(method, work) {
      before = { method, work };
    },
  };
}

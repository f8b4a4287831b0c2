import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { compiledEntry } from "../../compiled-entry.js";
import { BATCH, type Contender, efLadder, keepBusy, type OpenContender } from "../contender.js";
import type { ContenderSetup } from "../protocol.js";
import type { HnswlibReply, HnswlibRequest, HnswlibSetup } from "./hnswlib-messages.js";

/** As the literature builds graphs that must find nearly everything. */
const M = 32;
const EF_CONSTRUCTION = 200;
const EF_MAX = 2_048;
/** Batches sent to the shards ahead, so that none waits for the other. */
const BATCHES_IN_FLIGHT = 4;

/**
 * hnswlib-node as it ships, a whole copy of the graph in each of as many threads as there are
 * cores: twice the memory on two cores, and nothing to merge. Throughput counts what the threads
 * do by themselves, without handing anything over.
 */
export const openHnswlibCopies: OpenContender = async (setup) => {
  const crew = await startCrew(setup);
  const path = `${setup.scratch}/graph`;
  const contender: Contender = {
    async build(gallery) {
      const [first, ...others] = crew;
      await first?.ask({ do: "build", from: 0, count: gallery.count });
      if (others.length > 0) await first?.ask({ do: "save", path });
      await Promise.all(others.map((one) => one.ask({ do: "load", path, count: gallery.count })));
      const note = `M ${M}, efConstruction ${EF_CONSTRUCTION}, ${crew.length} copies`;
      return { note, settings: efLadder(EF_MAX), reportedBytes: null };
    },
    use: (setting) => useEf(crew, setting),
    async nearest(numbers) {
      const reply = await crew[0]?.ask({ do: "nearest", numbers });
      return [...(reply?.rows ?? [])];
    },
    async saturate(seconds) {
      const replies = await Promise.all(crew.map((one) => one.ask({ do: "saturate", seconds })));
      return replies.reduce((sum, { answered }) => sum + answered, 0);
    },
    close: () => endCrew(crew),
  };
  return contender;
};

/** The same with a part of the rows in each thread: every query is asked of all and merged. */
export const openHnswlibShards: OpenContender = async (setup, probes) => {
  const crew = await startCrew(setup);
  async function nearest(numbers: readonly number[]): Promise<number[]> {
    const parts = await Promise.all(crew.map((one) => one.ask({ do: "nearest", numbers })));
    return numbers.map((_, at) => {
      let best = -1;
      let least = Number.POSITIVE_INFINITY;
      for (const { rows, distances } of parts) {
        if ((distances[at] ?? Number.POSITIVE_INFINITY) >= least) continue;
        least = distances[at] as number;
        best = rows[at] as number;
      }
      return best;
    });
  }
  const contender: Contender = {
    async build({ count }) {
      const size = Math.ceil(count / crew.length);
      await Promise.all(
        crew.map((one, at) => {
          const from = Math.min(count, at * size);
          return one.ask({ do: "build", from, count: Math.min(size, count - from) });
        }),
      );
      const note = `M ${M}, efConstruction ${EF_CONSTRUCTION}, ${crew.length} shards`;
      return { note, settings: efLadder(EF_MAX), reportedBytes: null };
    },
    use: (setting) => useEf(crew, setting),
    nearest,
    saturate: (seconds) => keepBusy(probes.length, BATCH, BATCHES_IN_FLIGHT, seconds, nearest),
    close: () => endCrew(crew),
  };
  return contender;
};

interface Member {
  readonly worker: Worker;
  ask(request: HnswlibRequest): Promise<HnswlibReply>;
}

async function useEf(crew: readonly Member[], setting: string): Promise<void> {
  await Promise.all(crew.map((one) => one.ask({ do: "ef", ef: Number(setting) })));
}

async function endCrew(crew: readonly Member[]): Promise<void> {
  await Promise.all(crew.map(({ worker }) => worker.terminate()));
}

function startCrew(setup: ContenderSetup): Promise<Member[]> {
  const workerData: HnswlibSetup = { ...setup, m: M, efConstruction: EF_CONSTRUCTION };
  const entry = compiledEntry(import.meta.url, "hnswlib-worker.js");
  const starting = Array.from({ length: setup.threads }, async () => {
    const worker = new Worker(entry, { workerData });
    await once(worker, "message");
    return { worker, ask: inOrder(worker) };
  });
  return Promise.all(starting);
}

/** A worker answers in the order in which it was asked. */
function inOrder(worker: Worker): Member["ask"] {
  const waiting: ((reply: HnswlibReply) => void)[] = [];
  const failing: ((thrown: unknown) => void)[] = [];
  worker.on("message", (reply: HnswlibReply) => {
    failing.shift();
    waiting.shift()?.(reply);
  });
  worker.on("error", (thrown) => {
    for (const fail of failing.splice(0)) fail(thrown);
  });
  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push(resolve);
      failing.push(reject);
      worker.postMessage(request);
    });
}

import { requirePeer } from "../../peers-folder.js";
import { type Contender, efLadder, keepBusy, type OpenContender } from "../contender.js";
import { chunks } from "../rows-file.js";

/** What the bench uses of usearch. */
interface UsearchIndex {
  add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
  search(vectors: Float32Array[], k: number, threads: number): { keys: BigUint64Array };
  save(path: string): void;
  load(path: string): void;
}
interface Library {
  readonly Index: new (options: object) => UsearchIndex;
}

const CONNECTIVITY = 32;
const EXPANSION_ADD = 200;
const EXPANSION_MAX = 2_048;
/** Its own threads share one call, so that a call must hold enough for all. */
const BATCH = 512;

/** usearch, with its own threads; numbers as float32 or, for "usearch-bf16", as bfloat16. */
export const openUsearch: OpenContender = async (setup, probes) => {
  const { dimension, threads, k } = setup;
  const { Index } = requirePeer("usearch") as Library;
  const quantization = setup.contender === "usearch-bf16" ? "bf16" : "f32";
  const make = (expansion: number) =>
    new Index({
      ...{ dimensions: dimension, metric: "ip", quantization, connectivity: CONNECTIVITY },
      ...{ expansion_add: EXPANSION_ADD, expansion_search: expansion, multi: false },
    });
  const path = `${setup.scratch}/usearch`;
  let index = make(64);

  function nearest(numbers: readonly number[]): number[] {
    const queries = numbers.map((at) => probes[at] as Float32Array);
    const { keys } = index.search(queries, k, threads);
    return numbers.map((_, at) => Number(keys[at * k] ?? -1));
  }

  const contender: Contender = {
    async build(gallery) {
      for (const [from, values] of chunks(gallery, 8_192)) {
        const count = values.length / dimension;
        index.add(
          BigUint64Array.from({ length: count }, (_, at) => BigInt(from + at)),
          values,
          threads,
        );
      }
      index.save(path);
      const note = `${quantization}, connectivity ${CONNECTIVITY}, expansion_add ${EXPANSION_ADD}`;
      return { note, settings: efLadder(EXPANSION_MAX), reportedBytes: null };
    },
    // How far a search looks is set when an index is made, so it is loaded again for each.
    async use(setting) {
      index = make(Number(setting));
      index.load(path);
    },
    nearest: async (numbers) => nearest(numbers),
    saturate: (seconds) => keepBusy(probes.length, BATCH, 1, seconds, nearest),
    close: async () => undefined,
  };
  return contender;
};

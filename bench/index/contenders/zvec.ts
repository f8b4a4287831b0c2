import { requirePeer } from "../../peers-folder.js";
import { type Contender, efLadder, keepBusy, type OpenContender } from "../contender.js";
import { chunks, rowsOf } from "../rows-file.js";

/** What the bench uses of zvec. */
interface Collection {
  insertSync(docs: object[]): unknown;
  optimizeSync(): void;
  querySync(query: object): { id: string }[];
  query(query: object): Promise<{ id: string }[]>;
  closeSync(): void;
}
interface Library {
  readonly ZVecInitialize: (options: object) => void;
  readonly ZVecCollectionSchema: new (schema: object) => object;
  readonly ZVecCreateAndOpen: (path: string, schema: object) => Collection;
  readonly ZVecDataType: { readonly VECTOR_FP32: number };
  readonly ZVecIndexType: { readonly HNSW: number };
  readonly ZVecMetricType: { readonly IP: number };
  readonly ZVecLogLevel: { readonly ERROR: number };
}

const M = 48;
const EF_CONSTRUCTION = 300;
const EF_MAX = 2_048;
/** Rows in one insert: its own limit. */
const INSERT_MAX = 1_024;
const CALLS_PER_THREAD = 4;

/** zvec, asked one query a call, many at once, on its own threads. */
export const openZvec: OpenContender = async (setup, probes) => {
  const zvec = requirePeer("@zvec/zvec") as Library;
  const { dimension, threads, k } = setup;
  zvec.ZVecInitialize({
    ...{ queryThreads: threads, optimizeThreads: threads, logLevel: zvec.ZVecLogLevel.ERROR },
  });
  const indexType = zvec.ZVecIndexType.HNSW;
  const schema = new zvec.ZVecCollectionSchema({
    name: "bench",
    vectors: {
      name: "face",
      dataType: zvec.ZVecDataType.VECTOR_FP32,
      dimension,
      indexParams: {
        ...{ indexType, metricType: zvec.ZVecMetricType.IP },
        ...{ m: M, efConstruction: EF_CONSTRUCTION },
      },
    },
  });
  const collection = zvec.ZVecCreateAndOpen(`${setup.scratch}/zvec`, schema);
  let ef = 64;
  const queryOf = (number: number) => ({
    ...{ fieldName: "face", vector: probes[number], topk: k, outputFields: [] },
    params: { indexType, ef },
  });

  const contender: Contender = {
    async build(gallery) {
      for (const [from, values] of chunks(gallery, INSERT_MAX)) {
        const rows = rowsOf(values, dimension);
        collection.insertSync(
          rows.map((face, at) => ({ id: String(from + at), vectors: { face } })),
        );
      }
      collection.optimizeSync();
      const note = `HNSW, m ${M}, efConstruction ${EF_CONSTRUCTION}`;
      return { note, settings: efLadder(EF_MAX), reportedBytes: null };
    },
    async use(setting) {
      ef = Number(setting);
    },
    nearest: async (numbers) =>
      numbers.map((number) => Number(collection.querySync(queryOf(number))[0]?.id ?? -1)),
    saturate: (seconds) =>
      keepBusy(probes.length, 1, threads * CALLS_PER_THREAD, seconds, ([number = 0]) =>
        collection.query(queryOf(number)),
      ),
    close: async () => collection.closeSync(),
  };
  return contender;
};

import { requirePeer } from "../../peers-folder.js";
import { type Contender, efLadder, keepBusy, type OpenContender } from "../contender.js";
import { chunks, rowsOf } from "../rows-file.js";

/** What the bench uses of LanceDB. */
interface Query {
  nearestTo(vector: Float32Array): Query;
  distanceType(type: "dot"): Query;
  limit(k: number): Query;
  select(columns: string[]): Query;
  ef(ef: number): Query;
  refineFactor(factor: number): Query;
  toArray(): Promise<{ row: number }[]>;
}
interface Table {
  add(rows: object[]): Promise<unknown>;
  createIndex(column: string, options: object): Promise<void>;
  optimize(): Promise<unknown>;
  query(): Query;
  close(): void;
}
interface Library {
  connect(path: string): Promise<{ createTable(name: string, rows: object[]): Promise<Table> }>;
  readonly Index: { hnswSq(options: object): unknown };
}

const M = 32;
const EF_CONSTRUCTION = 300;
const EF_MAX = 1_024;
const REFINE = 10;
const ROWS_AT_ONCE = 10_000;
const CALLS_PER_THREAD = 4;

/** LanceDB: an HNSW graph over 8-bit vectors, the best re-scored; one query a call, many at once. */
export const openLancedb: OpenContender = async (setup, probes) => {
  const lancedb = requirePeer("@lancedb/lancedb") as Library;
  const { dimension, threads, k } = setup;
  const database = await lancedb.connect(`${setup.scratch}/lancedb`);
  let table: Table | null = null;
  let ef = 64;

  async function ask(number: number): Promise<number> {
    if (table === null) throw new Error("build it first");
    const [best] = await table
      .query()
      .nearestTo(probes[number] as Float32Array)
      .distanceType("dot")
      .limit(k)
      .ef(ef)
      .refineFactor(REFINE)
      .select(["row", "_distance"])
      .toArray();
    return Number(best?.row ?? -1);
  }

  const contender: Contender = {
    async build(gallery) {
      for (const [from, values] of chunks(gallery, ROWS_AT_ONCE)) {
        const rows = rowsOf(values, dimension).map((vector, at) => ({
          ...{ row: from + at, vector: Array.from(vector) },
        }));
        if (table === null) table = await database.createTable("bench", rows);
        else await table.add(rows);
      }
      await table?.createIndex("vector", {
        config: lancedb.Index.hnswSq({
          ...{ distanceType: "dot", numPartitions: 1, m: M, efConstruction: EF_CONSTRUCTION },
        }),
        waitTimeoutSeconds: 3_600,
      });
      await table?.optimize();
      const note = `HNSW over 8 bits, m ${M}, ef_construction ${EF_CONSTRUCTION}, refined ${REFINE} times`;
      return { note, settings: efLadder(EF_MAX), reportedBytes: null };
    },
    async use(setting) {
      ef = Number(setting);
    },
    async nearest(numbers) {
      const found: number[] = [];
      for (const number of numbers) found.push(await ask(number));
      return found;
    },
    saturate: (seconds) =>
      keepBusy(probes.length, 1, threads * CALLS_PER_THREAD, seconds, ([number = 0]) =>
        ask(number),
      ),
    close: async () => table?.close(),
  };
  return contender;
};

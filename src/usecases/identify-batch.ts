import { setMaxListeners } from "node:events";
import type { Caller } from "../access/access.js";
import { mapConcurrently } from "../base/map-concurrently.js";
import { answerQuery, type QueryOutcome } from "./answer-query.js";
import type { Engine } from "./engine.js";
import type { IdentifyRequest } from "./identify.js";
import { withoutErased } from "./withdraw.js";

/** Queries of one batch at most. */
export const BATCH_QUERIES_MAX = 64;
/** What one batch has under way at once: all of its embeddings, or 16 pictures. */
const BATCH_WEIGHT_MAX = 64;
const PICTURE_WEIGHT = 4;

/** A query of a batch. */
export interface BatchQuery {
  readonly isPicture: boolean;
  /** @throws CordonError for one that is wrong */
  read(): IdentifyRequest;
}

/** Answers several queries, each by itself; the outcomes are in the order of the queries. */
export async function identifyBatch(
  engine: Engine,
  queries: readonly BatchQuery[],
  caller: Caller,
  signal: AbortSignal,
): Promise<readonly QueryOutcome[]> {
  // Each query that waits anywhere listens to it.
  setMaxListeners(0, signal);
  const weightOf = ([, { isPicture }]: Placed) => (isPicture ? PICTURE_WEIGHT : 1);
  const answered = mapConcurrently(
    inOrder(queries),
    { weightMax: BATCH_WEIGHT_MAX, weightOf, signal },
    async ([at, { read }]) => ({ at, outcome: await answerQuery(engine, read, caller, signal) }),
  );
  const outcomes: QueryOutcome[] = [];
  for await (const { at, outcome } of answered) outcomes[at] = outcome;
  return withoutErased(outcomes, (_fallen, error) => ({ error }));
}

type Placed = readonly [at: number, query: BatchQuery];

async function* inOrder(queries: readonly BatchQuery[]): AsyncGenerator<Placed> {
  yield* queries.entries();
}

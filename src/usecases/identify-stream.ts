import { setImmediate as nextTurn } from "node:timers/promises";
import type { Caller } from "../access/access.js";
import { createBell } from "../base/bell.js";
import { abortError, type CordonError, invalidField } from "../base/errors.js";
import { answerQuery } from "./answer-query.js";
import type { Engine } from "./engine.js";
import { countDrop } from "./query-drops.js";
import {
  createQueryDesk,
  type QueryDesk,
  type QueryResult,
  type StreamQuery,
  type StreamSettings,
} from "./streams/query-desk.js";
import { withoutErased } from "./withdraw.js";

/** One message of the caller. */
export interface StreamMessage {
  /** Not null in the first message, and null in later ones. */
  readonly settings: StreamSettings | null;
  /** Taken out when they are taken in, so that whoever still has the message holds none of them. */
  readonly queries: StreamQuery[];
  /** What it holds in memory, near enough. */
  readonly sizeBytes: number;
}

/**
 * Answers queries as they come, each once, in the order in which answers are ready; those that are
 * ready together come together. The next message is read only when there is room for it. When the
 * messages end, what was taken in is answered first.
 * @throws CordonError INVALID_ARGUMENT when the settings are missing or come twice, after what was
 *   taken in before; by the signal, at once
 */
export async function* identifyStream(
  engine: Engine,
  messages: AsyncIterable<StreamMessage>,
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<readonly QueryResult[]> {
  const bell = createBell();
  let desk: QueryDesk | null = null;
  let reading = true;
  let failure: unknown = null;

  async function read(): Promise<void> {
    for await (const { settings, queries, sizeBytes } of messages) {
      desk = openedWith(desk, settings);
      desk.take(queries.splice(0), sizeBytes);
      while (reading && !desk.hasRoom()) await bell.wait();
      if (!reading) return;
    }
  }

  function openedWith(open: QueryDesk | null, settings: StreamSettings | null): QueryDesk {
    if (open === null) {
      if (settings === null) throw invalidField("settings", "is required in the first message");
      return createQueryDesk({
        settings,
        budget: engine.streamBytes,
        work: (query, ending) => answerQuery(engine, () => query.read(), caller, ending),
        onDropped: (error) => countDrop(engine, error),
        onChange: bell.ring,
      });
    }
    if (settings !== null) throw invalidField("settings", "came already, in the first message");
    return open;
  }

  const stop = () => {
    reading = false;
    bell.ring();
  };
  signal.addEventListener("abort", stop, { once: true });
  read()
    .catch((thrown: unknown) => {
      failure = thrown;
    })
    .finally(stop);
  try {
    while (!signal.aborted) {
      const results = collect(desk);
      if (results.length > 0)
        yield await withoutErased(results, ({ tag }, error) => ({ tag, error }));
      else if (!reading && isIdle(desk)) break;
      else {
        await bell.wait();
        // Whatever else gets ready in this turn goes along.
        await nextTurn();
      }
    }
    if (signal.aborted) throw abortError(signal);
    if (failure !== null) throw failure;
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
    close(desk, abortError(signal));
  }
}

/*
 * A desk comes with the first message; before it there is nothing. (Functions, because the compiler
 * does not see that the reading sets the variable.)
 */
const collect = (desk: QueryDesk | null) => desk?.collect() ?? [];
const isIdle = (desk: QueryDesk | null) => desk?.isIdle() ?? true;
const close = (desk: QueryDesk | null, error: CordonError) => desk?.close(error);

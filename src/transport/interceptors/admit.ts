import { CordonError } from "../../base/errors.js";
import type { Interceptor } from "../call.js";
import { shuttingDown } from "./drain.js";

/** A call is done within moments. */
const CALL_RETRY_AFTER_MS = 100;
/** A stream stays for long. */
const STREAM_RETRY_AFTER_MS = 5_000;

export interface AdmitLimits {
  /** Calls with one answer under way at once. */
  readonly callsMax: number;
  /** Streams open at once. */
  readonly streamsMax: number;
  /** Streams open at once from one address. */
  readonly streamsPerPeerMax: number;
}

/**
 * Lets so many calls and so many streams in at once; a further one is turned away without waiting.
 * They are counted apart: streams that stay open for days must not keep the calls out.
 */
export function admit(limits: AdmitLimits, isDraining: () => boolean): Interceptor {
  const { callsMax, streamsMax, streamsPerPeerMax } = limits;
  let calls = 0;
  const streams = createTally();
  return async (call, next) => {
    if (isDraining()) throw shuttingDown();
    if (call.stream !== null) {
      const { address } = call;
      if (streams.total() >= streamsMax) throw tooManyStreams(`${streamsMax} streams are open`);
      if (streams.of(address) >= streamsPerPeerMax) {
        throw tooManyStreams(`${streamsPerPeerMax} streams from your address are open`);
      }
      streams.add(address, 1);
      return next(call).finally(() => streams.add(address, -1));
    }
    if (calls >= callsMax) throw tooManyCalls(callsMax);
    calls += 1;
    return next(call).finally(() => {
      calls -= 1;
    });
  };
}

/** Counts by address, and keeps none that has nothing. */
function createTally() {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    total: () => total,
    of: (address: string) => counts.get(address) ?? 0,
    add(address: string, change: number): void {
      total += change;
      const count = (counts.get(address) ?? 0) + change;
      if (count === 0) counts.delete(address);
      else counts.set(address, count);
    },
  };
}

function tooManyCalls(callsMax: number): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: `${callsMax} calls are under way, which is this server's limit. Try again soon.`,
    retryAfterMs: CALL_RETRY_AFTER_MS,
  });
}

function tooManyStreams(what: string): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message: `${what}, which is this server's limit. Close one, or try again later.`,
    retryAfterMs: STREAM_RETRY_AFTER_MS,
  });
}

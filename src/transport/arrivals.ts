import { CordonError } from "../base/errors.js";

/** What a message has besides its bytes: a flag and its length. */
const FRAME_HEAD_BYTES = 5;
/** About as long as a message is under way, and its stream has to open anew. */
const RETRY_AFTER_MS = 1_000;

/**
 * What has come in of the messages of streams and is not handed on. A message is whole before
 * anybody can judge it, so it counts here for as long as it arrives.
 */
export interface Arrivals {
  /** @param giveUp ends the stream, when all hold too much together and this one the most of it */
  open(giveUp: (error: CordonError) => void): Arrival;
  /** Held now, by all streams together. */
  readonly heldBytes: number;
}

export interface Arrival {
  /** Bytes have come in. */
  received(bytes: number): void;
  /** A message went on to whoever works on it, and counts there. */
  handedOn(sizeBytes: number): void;
  /** Whatever is left is let go. */
  close(): void;
}

interface Held {
  bytes: number;
  readonly giveUp: (error: CordonError) => void;
}

/**
 * Not first come, first served: whoever holds the most is given up, so that a few who send large
 * messages slowly keep nobody out.
 * @param bytesMax all streams together
 */
export function createArrivals(bytesMax: number): Arrivals {
  const open = new Set<Held>();
  let total = 0;

  function letGo(one: Held, bytes: number): void {
    const gone = Math.min(bytes, one.bytes);
    one.bytes -= gone;
    total -= gone;
  }

  function leave(one: Held): void {
    letGo(one, one.bytes);
    open.delete(one);
  }

  function giveUpLargest(): void {
    let largest: Held | null = null;
    for (const one of open) if (one.bytes > (largest?.bytes ?? 0)) largest = one;
    if (largest === null) return;
    leave(largest);
    largest.giveUp(tooMuch());
  }

  return {
    open(giveUp) {
      const one: Held = { bytes: 0, giveUp };
      open.add(one);
      return {
        received(bytes) {
          if (!open.has(one)) return;
          one.bytes += bytes;
          total += bytes;
          if (total > bytesMax) giveUpLargest();
        },
        handedOn: (sizeBytes) => letGo(one, sizeBytes + FRAME_HEAD_BYTES),
        close: () => leave(one),
      };
    },
    get heldBytes() {
      return total;
    },
  };
}

function tooMuch(): CordonError {
  return new CordonError({
    status: "RESOURCE_EXHAUSTED",
    reason: "QUEUE_FULL",
    message:
      "More is arriving on the streams of this server than it may hold, and most of it on this " +
      "one. Send smaller messages.",
    retryAfterMs: RETRY_AFTER_MS,
  });
}

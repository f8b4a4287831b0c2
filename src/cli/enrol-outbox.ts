import type { EnrolPersonRequest } from "../api/generated/cordon/v1/EnrolPersonRequest.js";
import type { EnrolAnswer } from "./enrol-batch.js";

/** One person on the way into a stream. */
export interface Outgoing {
  readonly requestId: string;
  /** Makes the message, pictures and all, once the stream asks for it. */
  readonly request: () => EnrolPersonRequest;
  readonly resolve: (answer: EnrolAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Persons in the order given, for one reader. */
export interface EnrolOutbox extends AsyncIterable<Outgoing> {
  push(one: Outgoing): void;
  /** Ends the iteration. What was not taken by then is dropped. */
  close(): void;
}

export function createEnrolOutbox(): EnrolOutbox {
  const queue: Outgoing[] = [];
  let closed = false;
  let wake = () => {};
  return {
    push(one) {
      queue.push(one);
      wake();
    },
    close() {
      closed = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      while (!closed) {
        const one = queue.shift();
        if (one !== undefined) yield one;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  ServerDuplexStream,
  ServerWritableStream,
} from "@grpc/grpc-js";
import { wireSizeOf } from "../api/wire-size.js";
import { CordonError, toCordonError } from "../base/errors.js";
import { arrive, type CallsUnderWay } from "./arrival.js";
import type { Arrivals } from "./arrivals.js";
import type { Method, Next } from "./call.js";
import { createFraming, type Framing } from "./framing.js";
import { encodingOf, onBytes, readOneByOne, resetCall } from "./http2-stream.js";
import { createOutbox } from "./outbox.js";
import { toStatusObject } from "./status.js";

type StreamCall = ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>;

/**
 * How long an ended stream waits until its caller has read what was sent before the end. Then it is
 * cut, or a caller that never reads would hold its messages for as long as it stays connected.
 */
export const END_TAKEN_MS_MAX = 10_000;
/** The same for one that is given up because of what it holds, which is freed no sooner. */
const GIVEN_UP_MS_MAX = 100;

/** A grpc-js handler that sends one server-streaming call down the pipe. */
export function serverStreamHandler(
  method: Method,
  next: Next,
  underWay: CallsUnderWay,
): handleServerStreamingCall<unknown, unknown> {
  return (call) => void runStream({ method, next, underWay }, call, call.request, nothing());
}

/**
 * A grpc-js handler that sends one bidirectional stream down the pipe.
 * @param arrivals counts what comes in
 */
export function bidiHandler(
  method: Method,
  next: Next,
  underWay: CallsUnderWay,
  arrivals: Arrivals,
): handleBidiStreamingCall<unknown, unknown> {
  return (call) => {
    readOneByOne(call);
    const encoding = encodingOf(call);
    const framing = createFraming();
    const giveUp = new AbortController();
    const arrival = arrivals.open((error) => {
      giveUp.abort(error);
      setTimeout(() => resetCall(call), GIVEN_UP_MS_MAX).unref();
    });
    onBytes(call, (bytes) => {
      arrival.received(bytes.length);
      framing.received(bytes);
    });
    const requests = {
      // The reader may leave early; the status must still go out. grpc-js buffers 16 messages.
      [Symbol.asyncIterator]: () =>
        encoding === "identity"
          ? handing(call.iterator({ destroyOnReturn: false }), arrival.handedOn, framing)
          : refusing(compressed(encoding)),
    };
    const way = { method, next, underWay, giveUp: giveUp.signal };
    void runStream(way, call, undefined, requests).finally(arrival.close);
  };
}

/**
 * A message of a few bytes may be gigabytes when it is unpacked, and several that come in one frame
 * are unpacked before anybody asks for them.
 */
function compressed(encoding: string): CordonError {
  return unreadable(
    `Streams take no compressed messages (${encoding}). Send them as they are: pictures and ` +
      "embeddings gain nothing.",
  );
}

/** Nothing of the call is read, and so nothing is unpacked. */
function refusing(error: CordonError): AsyncIterator<never> {
  return { next: () => Promise.reject(error) };
}

/** The same messages, with the size of each told as it goes on. The last must be whole. */
function handing(
  messages: AsyncIterator<unknown>,
  handedOn: (sizeBytes: number) => void,
  framing: Framing,
): AsyncIterator<unknown> {
  return {
    async next() {
      const result = await messages.next();
      if (!result.done) handedOn(wireSizeOf(result.value as object));
      else if (!framing.isBetweenMessages()) {
        throw unreadable("The stream ended inside a message. What came before it was taken in.");
      }
      return result;
    },
    async return() {
      await messages.return?.();
      return { done: true, value: undefined };
    },
  };
}

function unreadable(message: string): CordonError {
  return new CordonError({ status: "INVALID_ARGUMENT", reason: "FIELD_INVALID", message });
}

async function* nothing(): AsyncGenerator<never> {}

async function runStream(
  way: {
    readonly method: Method;
    readonly next: Next;
    readonly underWay: CallsUnderWay;
    /** Its abort ends the stream with the reason as its error. */
    readonly giveUp?: AbortSignal;
  },
  call: StreamCall,
  request: unknown,
  requests: AsyncIterable<unknown>,
): Promise<void> {
  const { method, next, underWay, giveUp } = way;
  const { ending, arrived } = arrive(method, call, underWay);
  giveUp?.addEventListener("abort", () => ending.abort(giveUp.reason), { once: true });
  const outbox = createOutbox(call, ending.signal);
  try {
    await next({ ...arrived, request, stream: { requests, ...outbox } });
    call.end();
  } catch (thrown) {
    const error = toCordonError(thrown);
    // Whatever is still at work below must not send after the end.
    ending.abort(error);
    // grpc-js makes the status of it, after the messages that wait.
    if (!call.cancelled) call.emit("error", toStatusObject(error));
  } finally {
    underWay.delete(ending);
  }
  if (call.cancelled) return;
  const timer = setTimeout(() => resetCall(call), END_TAKEN_MS_MAX).unref();
  call.once("cancelled", () => clearTimeout(timer));
}

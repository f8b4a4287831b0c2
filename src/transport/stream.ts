import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  ServerDuplexStream,
  ServerWritableStream,
} from "@grpc/grpc-js";
import { toCordonError } from "../base/errors.js";
import { arrive, type CallsUnderWay } from "./arrival.js";
import type { Method, Next } from "./call.js";
import { readOneByOne, resetCall } from "./http2-stream.js";
import { createOutbox } from "./outbox.js";
import { toStatusObject } from "./status.js";

type StreamCall = ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>;

/**
 * How long an ended stream waits until its caller has read what was sent before the end. Then it is
 * cut, or a caller that never reads would hold its messages for as long as it stays connected.
 */
export const END_TAKEN_MS_MAX = 10_000;

/** A grpc-js handler that sends one server-streaming call down the pipe. */
export function serverStreamHandler(
  method: Method,
  next: Next,
  underWay: CallsUnderWay,
): handleServerStreamingCall<unknown, unknown> {
  return (call) => void runStream({ method, next, underWay }, call, call.request, nothing());
}

/** A grpc-js handler that sends one bidirectional stream down the pipe. */
export function bidiHandler(
  method: Method,
  next: Next,
  underWay: CallsUnderWay,
): handleBidiStreamingCall<unknown, unknown> {
  return (call) => {
    readOneByOne(call);
    // The reader may leave early; the status must still go out. grpc-js buffers 16 messages.
    const requests = {
      [Symbol.asyncIterator]: () => call.iterator({ destroyOnReturn: false }),
    };
    void runStream({ method, next, underWay }, call, undefined, requests);
  };
}

async function* nothing(): AsyncGenerator<never> {}

async function runStream(
  way: { readonly method: Method; readonly next: Next; readonly underWay: CallsUnderWay },
  call: StreamCall,
  request: unknown,
  requests: AsyncIterable<unknown>,
): Promise<void> {
  const { method, next, underWay } = way;
  const { ending, arrived } = arrive(method, call, underWay);
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

import type { Caller } from "../access/access.js";

/** What a handler knows of the call beside its request. */
export interface CallContext {
  readonly caller: Caller;
  /** Aborted when the caller cancels or the deadline passes. */
  readonly signal: AbortSignal;
}

export type MethodKind = "unary" | "server-stream" | "bidi";

/** One unary RPC: a decoded request in, a message to encode out. */
export type Unary<Request, Response> = (
  request: Request,
  context: CallContext,
) => Promise<Response>;

/**
 * One request in, many messages out. The next message is asked for when the caller has room for
 * it; when the call ends early, the iterator is returned.
 */
export type ServerStream<Request, Response> = (
  request: Request,
  context: CallContext,
) => AsyncIterable<Response>;

/**
 * Many messages in, many out, in an order of the handler's own. The requests end when the caller
 * has sent its last one or the server drains, and fail when the call ends before; a handler that
 * ends its answers ends the call, whatever the caller still sends.
 */
export type Bidi<Request, Response> = (
  requests: AsyncIterable<Request>,
  context: CallContext,
) => AsyncIterable<Response>;

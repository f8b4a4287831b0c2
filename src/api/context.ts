import type { Caller } from "../access/access.js";

/** What a handler knows of the call beside its request. */
export interface CallContext {
  readonly caller: Caller;
  /** Aborted when the caller cancels or the deadline passes. */
  readonly signal: AbortSignal;
}

/** One unary RPC: a decoded request in, a message to encode out. */
export type Unary<Request, Response> = (
  request: Request,
  context: CallContext,
) => Promise<Response>;

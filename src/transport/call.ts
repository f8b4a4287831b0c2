import type { Caller } from "../access/access.js";
import type { Act } from "../access/authorise.js";

/** A method as the pipe knows it. */
export interface Method {
  /** For example `IdentificationService/Identify`. */
  readonly name: string;
  /** What a caller must be allowed to do. */
  readonly act: Act;
}

/** One call on its way down the pipe. Interceptors hand on a copy with more in it. */
export interface Call {
  readonly method: Method;
  readonly request: unknown;
  /** First value of a header, or undefined. */
  readonly header: (name: string) => string | undefined;
  /** Address of the peer, without its port. */
  readonly address: string;
  /** Deadline that the caller set, milliseconds since the epoch; Infinity for none. */
  readonly deadlineMs: number;
  /** Aborted when the caller cancels or, below the deadline interceptor, when time is up. */
  readonly signal: AbortSignal;
  /** Who asks; null above the authentication. */
  readonly caller: Caller | null;
}

export type Next = (call: Call) => Promise<unknown>;

/** One step of the pipe: does its part, calls `next`, may look at the outcome. */
export type Interceptor = (call: Call, next: Next) => Promise<unknown>;

/** Runs the interceptors in order, then the handler. */
export function pipe(interceptors: readonly Interceptor[], handler: Next): Next {
  return interceptors.reduceRight<Next>(
    (next, interceptor) => (call) => interceptor(call, next),
    handler,
  );
}

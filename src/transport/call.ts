import type { Caller } from "../access/access.js";
import type { Act } from "../access/authorise.js";
import type { MethodKind } from "../api/context.js";

/** A method as the pipe knows it. */
export interface Method {
  /** For example `IdentificationService/Identify`. */
  readonly name: string;
  /** What a caller must be allowed to do. */
  readonly act: Act;
  readonly kind: MethodKind;
  /** One that takes minutes by its nature: deadlines of its own apply, to a stream of it too. */
  readonly lengthy: boolean;
  /** Its handler judges, for each query, whether the caller speaks for its camera. */
  readonly judgesCameras: boolean;
}

/** The messages of a streaming call. */
export interface MessageStream {
  /**
   * What the caller sends, in order, pulled no faster than it is worked on. Ends when the caller
   * has sent its last message; fails when the call ends before. Empty when the method takes one
   * request.
   */
  readonly requests: AsyncIterable<unknown>;
  /**
   * Sends a message. Waits while the caller is behind with reading.
   * @throws CordonError when the call has ended
   */
  send(message: unknown): Promise<void>;
  /** Resolves when everything sent was handed to the connection. */
  flush(): Promise<void>;
}

/** One call on its way down the pipe. Interceptors hand on a copy with more in it. */
export interface Call {
  readonly method: Method;
  /** The one request of a unary call or a server stream; undefined for a bidirectional stream. */
  readonly request: unknown;
  /** Null for a unary call. The pipe's promise of a stream resolves when the stream is over. */
  readonly stream: MessageStream | null;
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

/** The same stream with somebody looking on. What `received` throws ends the requests. */
export function tap(
  stream: MessageStream,
  on: { readonly received?: (message: unknown) => void; readonly sent?: () => void },
): MessageStream {
  const { received, sent } = on;
  return {
    requests: received === undefined ? stream.requests : visit(stream.requests, received),
    async send(message) {
      await stream.send(message);
      sent?.();
    },
    flush: () => stream.flush(),
  };
}

async function* visit(messages: AsyncIterable<unknown>, look: (message: unknown) => void) {
  for await (const message of messages) {
    look(message);
    yield message;
  }
}

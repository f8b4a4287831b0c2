import type { Client, ServiceDefinition } from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import { callStream, type StreamOptions } from "./stream.js";
import { callUnary, type UnaryOptions } from "./unary.js";

/**
 * The methods of one service as functions. `Identify` becomes `identify(request, options)`, and
 * gives a promise; a method that streams its answers gives an `AsyncIterable`, which opens the call
 * when the iteration begins and cancels it when that is left; one that takes a stream takes an
 * `AsyncIterable` of requests.
 *
 * @typeParam Definition the service as grpc-js knows it
 * @typeParam Handlers its handlers on the server, whose types say which methods stream
 */
export type Calls<Definition, Handlers> = {
  [Name in MethodNames<Definition> as Uncapitalize<Name>]: Definition[Name] extends MethodDefinition<
    infer Request,
    infer _Response,
    infer _RequestOut,
    infer Answer
  >
    ? CallShapes<Request, Answer>[Name extends keyof Handlers ? KindOf<Handlers[Name]> : never]
    : never;
};

type MethodNames<Definition> = keyof {
  [Name in keyof Definition as string extends Name ? never : Name & string]: true;
};

interface CallShapes<Request, Answer> {
  readonly unary: (request: Request, options?: UnaryOptions) => Promise<Answer>;
  readonly "server-stream": (request: Request, options?: StreamOptions) => AsyncIterable<Answer>;
  readonly bidi: (
    requests: AsyncIterable<Request>,
    options?: StreamOptions,
  ) => AsyncIterable<Answer>;
}

/** A unary handler gets a callback, a server stream's gets its one request with the call. */
type KindOf<Handler> = Handler extends (call: infer Call, ...rest: infer Rest) => void
  ? Rest extends readonly []
    ? Call extends { request: unknown }
      ? "server-stream"
      : "bidi"
    : "unary"
  : never;

/** What goes with every call of one client. */
export interface CallDefaults {
  /** Of unary calls. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Bearer token; undefined sends none. */
  readonly token: string | undefined;
}

/** Makes the typed calls of one service over a connection. */
export function callsOf<Definition extends ServiceDefinition, Handlers>(
  client: Client,
  definition: Definition,
  defaults: CallDefaults,
): Calls<Definition, Handlers> {
  const calls: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(definition as ServiceDefinition)) {
    const key = name.charAt(0).toLowerCase() + name.slice(1);
    calls[key] = method.responseStream
      ? (request: unknown, options: StreamOptions = {}) =>
          callStream(client, method, request, streamOptions(defaults, options))
      : (request: unknown, options: UnaryOptions = {}) =>
          callUnary(client, method, request, {
            ...streamOptions(defaults, options),
            timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
          });
  }
  return calls as Calls<Definition, Handlers>;
}

function streamOptions({ signal, token }: CallDefaults, options: StreamOptions) {
  const signals = [signal, options.signal].filter((each) => each !== undefined);
  const either = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
  return { timeoutMs: options.timeoutMs, signal: either, token };
}

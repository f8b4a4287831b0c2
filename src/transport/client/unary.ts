import { type Client, Metadata, type ServiceDefinition } from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import { CordonClientError, toClientError } from "./error.js";

/** Longest that a call may take when nothing else was asked. */
export const TIMEOUT_MS_DEFAULT = 30_000;

export interface CallOptions {
  /** Milliseconds after which the call ends with DEADLINE_EXCEEDED, on both sides. */
  readonly timeoutMs?: number;
  /** Ends the call with CANCELLED, on both sides. */
  readonly signal?: AbortSignal;
}

/** The methods of one service as functions: `Identify` becomes `identify(request, options)`. */
export type UnaryCalls<S> = {
  [K in keyof S as string extends K
    ? never
    : Uncapitalize<K & string>]: S[K] extends MethodDefinition<
    infer Request,
    infer _Response,
    infer _RequestOut,
    infer Answer
  >
    ? (request: Request, options?: CallOptions) => Promise<Answer>
    : never;
};

/** What goes with every call of one client. */
export interface CallDefaults {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Bearer token; undefined sends none. */
  readonly token: string | undefined;
}

type Method = ServiceDefinition[string];

/** Makes the typed calls of one service over a connection. */
export function unaryCalls<S extends ServiceDefinition>(
  client: Client,
  definition: S,
  defaults: CallDefaults,
): UnaryCalls<S> {
  const calls: Record<string, (request: unknown, options?: CallOptions) => Promise<unknown>> = {};
  for (const [name, method] of Object.entries(definition as ServiceDefinition)) {
    const key = name.charAt(0).toLowerCase() + name.slice(1);
    calls[key] = (request, options) =>
      callUnary(client, method, request, { ...defaults, ...options });
  }
  return calls as UnaryCalls<S>;
}

function callUnary(
  client: Client,
  method: Method,
  request: unknown,
  { timeoutMs, signal, token }: CallDefaults,
): Promise<unknown> {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new CordonClientError({ status: "CANCELLED", message: "The call was cancelled." }));
      return;
    }
    const call = client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata,
      { deadline: Date.now() + timeoutMs },
      (error, answer) => {
        signal?.removeEventListener("abort", cancel);
        if (error !== null) reject(toClientError(error));
        else resolve(answer);
      },
    );
    const cancel = () => call.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
  });
}

import type { Client, ServiceDefinition } from "@grpc/grpc-js";
import { CordonClientError, toClientError } from "./error.js";
import { metadataOf } from "./metadata.js";

/** Longest that a unary call may take when nothing else was asked. */
export const TIMEOUT_MS_DEFAULT = 30_000;

export interface UnaryOptions {
  /** Milliseconds after which the call ends with DEADLINE_EXCEEDED, on both sides. */
  readonly timeoutMs?: number;
  /** Ends the call with CANCELLED, on both sides. */
  readonly signal?: AbortSignal;
}

/** Makes one unary call. */
export function callUnary(
  client: Client,
  method: ServiceDefinition[string],
  request: unknown,
  options: {
    readonly timeoutMs: number;
    readonly signal: AbortSignal | undefined;
    readonly token: string | undefined;
  },
): Promise<unknown> {
  const { timeoutMs, signal, token } = options;
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
      metadataOf(token),
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

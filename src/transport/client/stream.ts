import type {
  Client,
  ClientDuplexStream,
  ClientReadableStream,
  ServiceDefinition,
} from "@grpc/grpc-js";
import { CordonClientError, toClientError } from "./error.js";
import { metadataOf } from "./metadata.js";

export interface StreamOptions {
  /** Milliseconds after which the call ends with DEADLINE_EXCEEDED, on both sides. Default none. */
  readonly timeoutMs?: number;
  /** Ends the call with CANCELLED, on both sides. */
  readonly signal?: AbortSignal;
}

type Method = ServiceDefinition[string];
type StreamCall = ClientReadableStream<unknown> | ClientDuplexStream<unknown, unknown>;

/**
 * Makes one streaming call when the iteration begins. Answers are read, and requests asked for, no
 * faster than the other side takes them.
 *
 * @param request the one request, or an `AsyncIterable` of them where the method takes a stream.
 *   When it throws, the call is cancelled and the iteration throws the same.
 * @throws CordonClientError, from the iteration
 */
export async function* callStream(
  client: Client,
  method: Method,
  request: unknown,
  options: {
    readonly timeoutMs: number | undefined;
    readonly signal: AbortSignal | undefined;
    readonly token: string | undefined;
  },
): AsyncGenerator<unknown> {
  const { timeoutMs, signal, token } = options;
  if (signal?.aborted) {
    throw new CordonClientError({ status: "CANCELLED", message: "The call was cancelled." });
  }
  const call = open(client, method, request, token, timeoutMs);
  // The iteration hears of errors; without a listener they would end the process.
  call.on("error", () => undefined);
  const cancel = () => call.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  const sending =
    "write" in call ? sendAll(call, request as AsyncIterable<unknown>) : nothingToSend;
  try {
    yield* call;
  } catch (thrown) {
    const fault = sending.fault();
    throw fault === null ? toClientError(thrown) : fault.thrown;
  } finally {
    signal?.removeEventListener("abort", cancel);
    sending.stop();
    // Nothing happens when the call has ended by itself.
    call.cancel();
  }
}

function open(
  client: Client,
  { path, requestSerialize, responseDeserialize, requestStream }: Method,
  request: unknown,
  token: string | undefined,
  timeoutMs: number | undefined,
): StreamCall {
  const metadata = metadataOf(token);
  const options = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
  return requestStream
    ? client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata, options)
    : client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
      );
}

interface Sending {
  /** What the requests threw; null when they threw nothing. */
  fault(): { readonly thrown: unknown } | null;
  /** Asks for no more requests. */
  stop(): void;
}

const nothingToSend: Sending = { fault: () => null, stop: () => undefined };

/** Sends the requests beside the reading of the answers. */
function sendAll(
  call: ClientDuplexStream<unknown, unknown>,
  requests: AsyncIterable<unknown>,
): Sending {
  let fault: { readonly thrown: unknown } | null = null;
  let stopped = false;
  let wake = () => {};
  call.on("drain", () => wake());
  const iterator = requests[Symbol.asyncIterator]();
  const send = async () => {
    for (;;) {
      const next = await iterator.next();
      if (stopped || next.done) break;
      if (call.write(next.value)) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (stopped) resolve();
      });
    }
    if (!stopped) call.end();
  };
  send().catch((thrown: unknown) => {
    fault = { thrown };
    call.cancel();
  });
  return {
    fault: () => fault,
    stop() {
      stopped = true;
      wake();
      // Whoever makes the requests may be waiting; nobody waits for them to be done.
      void iterator.return?.()?.then(undefined, () => undefined);
    },
  };
}

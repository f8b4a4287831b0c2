import type { Call, MessageStream, Method } from "../../src/transport/call.js";

export const clock = { nowMs: () => 1_000_000 };
export const limits = { defaultMs: 60_000, maxMs: 60_000 };

export const identifyMethod: Method = {
  name: "IdentificationService/Identify",
  act: "identify",
  kind: "unary",
  lengthy: false,
  judgesCameras: false,
};

export function makeCall(more: Partial<Call> = {}): Call {
  return {
    method: identifyMethod,
    request: { cameraId: "gate-1" },
    stream: null,
    header: () => undefined,
    address: "127.0.0.1",
    deadlineMs: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    caller: null,
    ...more,
  };
}
/** A bidirectional stream over these messages, and what was sent on it. */
export function makeStream(messages: readonly unknown[]) {
  const sent: unknown[] = [];
  async function* requests() {
    yield* messages;
  }
  const stream: MessageStream = {
    requests: requests(),
    send: async (message) => void sent.push(message),
    flush: async () => undefined,
  };
  const method: Method = { ...identifyMethod, kind: "bidi" };
  return { sent, call: (more: Partial<Call> = {}) => makeCall({ method, stream, ...more }) };
}

/** A handler that answers every message with itself. */
export const echo = async ({ stream }: Call) => {
  for await (const message of stream?.requests ?? []) await stream?.send(message);
};

export const never = () => new Promise<never>(() => undefined);

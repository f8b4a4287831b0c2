import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { transitAnswerSizeBytesMax } from "./transit-options.js";

/** What came back: an answer, or why there is none. */
export type TransitReply =
  | {
      readonly kind: "answer";
      readonly status: number;
      /** Undefined when the body is not JSON. */
      readonly json: unknown;
      /** What Retry-After asks for; 0 when it does not. */
      readonly retryAfterMs: number;
    }
  | { readonly kind: "too-long" }
  | { readonly kind: "timeout" }
  | { readonly kind: "broken"; readonly cause: unknown };

export interface TransitRequest {
  readonly url: URL;
  readonly token: string;
  readonly body: object;
  readonly timeoutMs: number;
  /** PEM; undefined for Node's own authorities. */
  readonly ca: Buffer | undefined;
}

/** Posts JSON and reads the answer, once, within `timeoutMs` in all. Never throws. */
export async function postTransit(request: TransitRequest): Promise<TransitReply> {
  const signal = AbortSignal.timeout(request.timeoutMs);
  try {
    const answer = await send(request, signal);
    const body = await readBody(answer);
    if (body === null) return { kind: "too-long" };
    const json = parseJson(body);
    body.fill(0);
    const retryAfterMs = Number(answer.headers["retry-after"] ?? 0) * 1_000 || 0;
    return { kind: "answer", status: answer.statusCode ?? 0, json, retryAfterMs };
  } catch (cause) {
    return signal.aborted ? { kind: "timeout" } : { kind: "broken", cause };
  }
}

function send(request: TransitRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, token, ca } = request;
  const body = Buffer.from(JSON.stringify(request.body));
  const options = {
    method: "POST",
    // A connection of its own: there are few requests, and none is left open.
    agent: false,
    signal,
    headers: {
      "x-vault-token": token,
      // Vault's own agent and proxies ask for it, against requests that a browser was made to send.
      "x-vault-request": "true",
      "content-type": "application/json",
      "content-length": body.length,
    },
  };
  const trust = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
  return new Promise<IncomingMessage>((resolve, reject) => {
    const sent =
      url.protocol === "https:"
        ? requestHttps(url, { ...options, ...trust })
        : requestHttp(url, options);
    // Stays: an error after the answer began is the answer's, and must not end the process.
    sent.on("error", reject);
    sent.once("response", resolve);
    sent.end(body, () => body.fill(0));
  });
}

/** Null when it is longer than an answer may be. */
async function readBody(answer: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the connection.
    if (size > transitAnswerSizeBytesMax) return null;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  for (const chunk of chunks) chunk.fill(0);
  return body;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

import { readFileSync } from "node:fs";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { IdentifyRequest } from "../../src/api/generated/cordon/v1/IdentifyRequest.js";
import type { IdentifyResult__Output } from "../../src/api/generated/cordon/v1/IdentifyResult.js";
import type { IdentifyStreamRequest } from "../../src/api/generated/cordon/v1/IdentifyStreamRequest.js";
import type { IdentifyStreamSettings } from "../../src/api/generated/cordon/v1/IdentifyStreamSettings.js";
import { createBell } from "../../src/base/bell.js";
import type { CordonClient } from "../../src/transport/client/client.js";
import { type CordonClientError, toClientError } from "../../src/transport/client/error.js";
import { loadServices } from "../../src/transport/proto.js";
import { lawfulQuery, type ServerProcess } from "./harness.js";

/** A stream that a test talks to step by step, and that reads all the time. */
export interface OpenStream {
  send(...queries: readonly { readonly tag: number; readonly query: IdentifyRequest }[]): void;
  /** Sends no more; what was sent is still answered. */
  end(): void;
  readonly results: readonly IdentifyResult__Output[];
  /** Resolves when as many results came. Fails when the stream ends before. */
  until(count: number): Promise<readonly IdentifyResult__Output[]>;
  /** How it ended: null for well. */
  readonly ended: Promise<CordonClientError | null>;
}

export function openStream(
  client: CordonClient,
  settings: IdentifyStreamSettings = {},
): OpenStream {
  const outgoing: IdentifyStreamRequest[] = [{ settings: { ...lawfulQuery, ...settings } }];
  const results: IdentifyResult__Output[] = [];
  const bell = createBell();
  let sending = true;
  let reading = true;

  async function* requests() {
    for (;;) {
      const next = outgoing.shift();
      if (next !== undefined) yield next;
      else if (sending) await bell.wait();
      else return;
    }
  }

  async function read(): Promise<CordonClientError | null> {
    try {
      for await (const message of client.identification.identifyStream(requests())) {
        results.push(...message.results);
        bell.ring();
      }
      return null;
    } catch (thrown) {
      return toClientError(thrown);
    } finally {
      reading = false;
      bell.ring();
    }
  }

  const ended = read();
  return {
    send(...queries) {
      outgoing.push({ queries: [...queries] });
      bell.ring();
    },
    end() {
      sending = false;
      bell.ring();
    },
    results,
    async until(count) {
      while (results.length < count && reading) await bell.wait();
      if (results.length < count) throw (await ended) ?? new Error("the stream ended early");
      return results;
    },
    ended,
  };
}

/** `tag decision-of-the-first-face` or `tag reason`, in the order of the tags. */
export function told(results: readonly IdentifyResult__Output[]): readonly string[] {
  return [...results]
    .sort((a, b) => a.tag - b.tag)
    .map(({ tag, answer, failure }) => `${tag} ${failure?.reason ?? answer?.faces.length}`);
}

/** A value of /metrics, summed over the labels that are not given; 0 while it is not there. */
export async function metric(server: ServerProcess, name: string, label = ""): Promise<number> {
  const answer = await fetch(`http://${server.httpAddress}/metrics`);
  const lines = (await answer.text()).split("\n");
  return lines
    .filter((line) => /^[a-z_]+/.exec(line)?.[0] === name && line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

/** Memory of the server that is in RAM, bytes: now, and at its most. */
export function memoryOf({ child }: ServerProcess): {
  readonly now: number;
  readonly most: number;
} {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const bytes = (key: string) =>
    1024 * Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  return { now: bytes("VmRSS"), most: bytes("VmHWM") };
}

/** A caller that speaks HTTP/2 and nothing above it. */
export function rawSession(address: string): ClientHttp2Session {
  // In megabytes; with what Node allows by itself, it would hold back a large message.
  const session = connect(`http://${address}`, { maxSessionMemory: 4_096 });
  session.on("error", () => undefined);
  return session;
}

/** A stream of queries that nobody reads. */
export function rawStream(
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string>> = {},
): ClientHttp2Stream {
  const call = session.request({
    ":method": "POST",
    ":path": "/cordon.v1.IdentificationService/IdentifyStream",
    "content-type": "application/grpc+proto",
    te: "trailers",
    ...headers,
  });
  call.on("error", () => undefined);
  return call;
}

/** A message as it travels: a flag, its length, its bytes. */
export function framed(message: IdentifyStreamRequest): Buffer {
  const bytes = loadServices().identification.IdentifyStream.requestSerialize(message);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

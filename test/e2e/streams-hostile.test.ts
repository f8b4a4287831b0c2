import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { drawUnitVector } from "../drawn.js";
import { lawfulQuery, photograph } from "./harness.js";
import { serverPerFile } from "./own-server.js";
import { framed, memoryOf, metric, openStream, rawSession, rawStream, told } from "./streams.js";

const MEBIBYTE = 1024 * 1024;
const STREAMS = 1_000;
/** What a flood may add to the server's memory: the budget of the streams, twice, and some. */
const GROWTH_BYTES_MAX = 384 * MEBIBYTE;
const BUDGET_BYTES = 128 * MEBIBYTE;

const server = serverPerFile({
  CORDON_STREAMS_MAX: String(STREAMS + 10),
  CORDON_STREAMS_PER_PEER_MAX: String(STREAMS),
  CORDON_STREAM_BYTES_MAX: String(BUDGET_BYTES),
});

const embedding = () => ({
  embedding: { modelPack: server.modelPack, values: drawUnitVector(160) },
});
const settled = (check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: 30_000, interval: 50 });
const callsLeft = () => metric(server.process, "cordon_calls_in_flight");

/** Nothing of what was done before is left, and the server does what it is for. */
async function unharmed(): Promise<void> {
  await settled(async () => {
    expect(await callsLeft()).toBe(0);
    expect(await metric(server.process, "cordon_stream_bytes")).toBe(0);
  });
  const request = { ...lawfulQuery, image: photograph("sample1.jpg") };
  expect((await server.process.client.identification.identify(request)).faces).toHaveLength(3);
}

/** Writes messages for as long as the server takes them; tells how many it took. */
async function pour(call: ReturnType<typeof rawStream>, message: Buffer, most: number) {
  let written = 0;
  let stuck = 0;
  while (written < most && stuck < 20) {
    if (call.write(message)) written += 1;
    else {
      const taken = await Promise.race([once(call, "drain").then(() => true), quiet()]);
      if (taken) written += 1;
      else stuck = 20;
    }
  }
  return written;
}

/** Resolves with false when the server has long taken in all that it is going to. */
async function quiet(): Promise<false> {
  let before = -1;
  for (let same = 0; same < 10; ) {
    const now = await metric(server.process, "cordon_stream_messages_total", 'direction="in"');
    same = now === before ? same + 1 : 0;
    before = now;
  }
  return false;
}

describe("a caller that sends and never reads", () => {
  it.each(["FRAME_POLICY_EVERY_FRAME", "FRAME_POLICY_LATEST_FRAME"] as const)(
    "is held up by flow control, by %s, and costs nobody else anything",
    async (framePolicy) => {
      const session = rawSession(server.process.grpcAddress);
      const call = rawStream(session);
      call.write(framed({ settings: { ...lawfulQuery, framePolicy } }));
      const queries = Array.from({ length: 64 }, (_, tag) => ({ tag, query: embedding() }));
      const written = await pour(call, framed({ queries }), 5_000);
      expect(written).toBeLessThan(5_000);
      const other = openStream(server.process.client);
      other.send({ tag: 1, query: embedding() });
      expect(told(await other.until(1))).toEqual(["1 1"]);
      other.end();
      await other.ended;
      session.destroy();
      await unharmed();
    },
  );
});

describe("a thousand streams", () => {
  it("are answered each, one more is turned away at once, and nothing is left of them", async () => {
    const streams = Array.from({ length: STREAMS }, () => openStream(server.process.client));
    for (const [tag, stream] of streams.entries()) stream.send({ tag, query: embedding() });
    for (const [tag, stream] of streams.entries()) {
      expect(told(await stream.until(1))).toEqual([`${tag} 1`]);
    }
    const more = openStream(server.process.client);
    const refusal = { status: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL", retryAfterMs: 5_000 };
    expect(await more.ended).toMatchObject(refusal);
    // They read and send nothing now; calls with one answer are not kept out.
    const request = { ...lawfulQuery, ...embedding() };
    expect((await server.process.client.identification.identify(request)).faces).toHaveLength(1);
    for (const stream of streams) stream.end();
    for (const stream of streams) expect(await stream.ended).toBeNull();
    await unharmed();
  });
});

describe("a caller that breaks off", () => {
  it("in the middle of a frame of 8 MB leaves nothing behind", async () => {
    const whole = framed({ queries: [{ tag: 1, query: { image: Buffer.alloc(8 * MEBIBYTE) } }] });
    for (let round = 0; round < 10; round += 1) {
      const session = rawSession(server.process.grpcAddress);
      const call = rawStream(session);
      call.write(framed({ settings: lawfulQuery }));
      await new Promise((resolve) => call.write(whole.subarray(0, 3 * MEBIBYTE), resolve));
      if (round % 2 === 0) call.close();
      else session.destroy();
      session.destroy();
    }
    await unharmed();
  });

  it("while its frames are worked on has them dropped, and counted", async () => {
    const before = await metric(server.process, "cordon_queries_dropped_total", "CANCELLED");
    const session = rawSession(server.process.grpcAddress);
    const call = rawStream(session);
    const image = photograph("sample6.jpg");
    const queries = Array.from({ length: 16 }, (_, tag) => ({ tag, query: { image } }));
    call.write(framed({ settings: lawfulQuery, queries }));
    await settled(async () => {
      expect(await metric(server.process, "cordon_stream_bytes")).toBeGreaterThan(0);
    });
    session.destroy();
    await unharmed();
    const after = await metric(server.process, "cordon_queries_dropped_total", "CANCELLED");
    expect(after).toBeGreaterThan(before);
  });
});

describe("frames of 8 MB as fast as they go", () => {
  /** A picture that is worked on, followed by bytes that no decoder looks at. */
  const frame = Buffer.concat([photograph("sample1.jpg"), Buffer.alloc(8 * MEBIBYTE)]);

  it.each(["FRAME_POLICY_EVERY_FRAME", "FRAME_POLICY_LATEST_FRAME"] as const)(
    "by %s stay within bounded memory, and others are answered meanwhile",
    async (framePolicy) => {
      const before = memoryOf(server.process);
      const flood = openStream(server.process.client, { framePolicy, queriesInFlightMax: 256 });
      const frames = 40;
      let sent = 0;
      // 20 are on their way at a time; more would only wait in the memory of this process.
      const more = () => flood.send({ tag: sent++, query: { image: frame } });
      while (sent < 20) more();
      const other = openStream(server.process.client);
      while (sent < frames) {
        await flood.until(sent - 19);
        if (sent % 20 === 0) {
          other.send({ tag: sent, query: embedding() });
          await other.until(other.results.length + 1);
        }
        more();
      }
      flood.end();
      expect(await flood.ended).toBeNull();
      expect(new Set(flood.results.map(({ tag }) => tag)).size).toBe(frames);
      other.end();
      expect(await other.ended).toBeNull();
      expect(other.results.every(({ answer }) => answer !== null)).toBe(true);
      expect(memoryOf(server.process).most - before.now).toBeLessThan(GROWTH_BYTES_MAX);
      await unharmed();
    },
  );
});

/** The status and message that a raw call of two messages ends with. */
async function endOf(bytes: Buffer, headers: Readonly<Record<string, string>> = {}) {
  const session = rawSession(server.process.grpcAddress);
  const call = rawStream(session, headers);
  const trailers = new Promise<Readonly<Record<string, unknown>>>((resolve) => {
    call.on("trailers", resolve);
    call.on("response", (head) => head["grpc-status"] !== undefined && resolve(head));
  });
  call.resume();
  call.write(framed({ settings: lawfulQuery }));
  call.end(bytes);
  const ended = await trailers;
  session.destroy();
  return `${ended["grpc-status"]} ${decodeURIComponent(String(ended["grpc-message"]))}`;
}

describe("a stream", () => {
  it("that ends inside a message fails", async () => {
    const whole = framed({ queries: [{ tag: 1, query: embedding() }] });
    expect(await endOf(whole)).toMatch(/^0 /);
    for (const size of [1, 4, 5, 6, whole.length - 1]) {
      expect(await endOf(whole.subarray(0, size))).toMatch(/^3 .*inside a message/);
    }
    await unharmed();
  });

  it("whose messages are compressed is refused, and nothing of it is unpacked", async () => {
    const before = memoryOf(server.process);
    const zeros = framed({ queries: [{ tag: 2, query: { image: Buffer.alloc(14 * MEBIBYTE) } }] });
    const packed = gzipSync(zeros.subarray(5));
    const head = Buffer.alloc(5);
    head[0] = 1;
    head.writeUInt32BE(packed.length, 1);
    const bombs = Buffer.concat(Array.from({ length: 40 }, () => [head, packed]).flat());
    expect(await endOf(bombs, { "grpc-encoding": "gzip" })).toMatch(/^3 .*compressed/);
    expect(memoryOf(server.process).most - before.most).toBeLessThan(100 * MEBIBYTE);
    await unharmed();
  });
});

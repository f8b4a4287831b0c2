import { describe, expect, it, vi } from "vitest";
import type { IdentifyRequest } from "../../src/api/generated/cordon/v1/IdentifyRequest.js";
import { drawUnitVector } from "../drawn.js";
import { lawfulQuery, photograph } from "./harness.js";
import { serverPerFile } from "./own-server.js";
import { framed, memoryOf, metric, openStream, rawSession, rawStream, told } from "./streams.js";

const MEBIBYTE = 1024 * 1024;
const BUDGET_BYTES = 64 * MEBIBYTE;
const STREAMS = 40;
/** What the streams send is 960 MB. Both limits are the budget, and a message is copied once. */
const GROWTH_BYTES_MAX = 448 * MEBIBYTE;

const server = serverPerFile({ CORDON_STREAM_BYTES_MAX: String(BUDGET_BYTES) });

const sound = () => ({ embedding: { modelPack: server.modelPack, values: drawUnitVector(160) } });
const hopeless = {
  "numbers beyond the dimension": () => ({
    embedding: { modelPack: server.modelPack, packedValues: Buffer.alloc(400_000, 1) },
  }),
  "ids longer than any": () => ({ zoneId: "z".repeat(400_000) }),
} satisfies Readonly<Record<string, () => IdentifyRequest>>;

/** As many queries, tagged from 0. */
const queries = (count: number, query: IdentifyRequest) =>
  Array.from({ length: count }, (_, tag) => ({ tag, query }));

async function nothingIsLeft(): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await metric(server.process, "cordon_calls_in_flight")).toBe(0);
      expect(await metric(server.process, "cordon_stream_bytes")).toBe(0);
    },
    { timeout: 30_000, interval: 50 },
  );
}

describe("messages of 24 MB on many streams at once", () => {
  it.each(Object.entries(hopeless))(
    "of %s stay within bounded memory, and another stream is unharmed",
    async (_, query) => {
      const before = memoryOf(server.process);
      const session = rawSession(server.process.grpcAddress);
      const opening = framed({ settings: lawfulQuery });
      const message = framed({ queries: queries(60, query()) });
      const calls = Array.from({ length: STREAMS }, () => {
        const call = rawStream(session);
        const closed = new Promise<string>((resolve) => {
          let status = "";
          call.on("trailers", (headers) => {
            status = String(headers["grpc-status"]);
          });
          call.on("response", (headers) => {
            status = String(headers["grpc-status"] ?? "");
          });
          call.on("close", () => resolve(status));
        });
        call.resume();
        call.write(opening);
        call.end(message);
        return closed;
      });
      const other = openStream(server.process.client);
      for (let tag = 1; tag <= 20; tag += 1) {
        other.send({ tag, query: sound() });
        await other.until(tag);
      }
      expect(other.results.every(({ answer }) => answer !== null)).toBe(true);
      const statuses = await Promise.all(calls);
      // RESOURCE_EXHAUSTED for those that held the most of too much, and the others were answered.
      expect(statuses).toContain("8");
      expect(statuses).toContain("0");
      other.end();
      expect(await other.ended).toBeNull();
      session.destroy();
      expect(memoryOf(server.process).most - before.now).toBeLessThan(GROWTH_BYTES_MAX);
      await nothingIsLeft();
    },
  );
});

describe("the bytes of a stream", () => {
  it("are those of the whole message, for as long as one of its queries is worked on", async () => {
    const stream = openStream(server.process.client, { queriesInFlightMax: 256 });
    const pictures = queries(8, { image: photograph("sample6.jpg") });
    const around = queries(50, hopeless["numbers beyond the dimension"]());
    const mixed = [...pictures, ...around.map(({ query }, at) => ({ tag: 100 + at, query }))];
    stream.send(...mixed);
    stream.send(...mixed);
    const results = await stream.until(2 * mixed.length);
    const reasons = told(results).map((line) => line.split(" ")[1]);
    expect(reasons.filter((reason) => reason === "EMBEDDING_DIMENSION_WRONG")).toHaveLength(100);
    // The second message finds half of the budget taken by the first.
    expect(reasons.filter((reason) => reason === "QUEUE_FULL")).toHaveLength(pictures.length);
    stream.end();
    expect(await stream.ended).toBeNull();
    await nothingIsLeft();
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "../../src/access/access.js";
import type { IdentifyRequest } from "../../src/api/generated/cordon/v1/IdentifyRequest.js";
import type { IdentifyResult__Output } from "../../src/api/generated/cordon/v1/IdentifyResult.js";
import type { IdentifyStreamRequest } from "../../src/api/generated/cordon/v1/IdentifyStreamRequest.js";
import { apiMethods } from "../../src/api/methods.js";
import { QUERIES_AT_ONCE } from "../../src/usecases/turns.js";
import { lawfulQuery } from "../e2e/harness.js";
import { drained } from "../transport/stream-server.js";
import { directClient } from "./direct-client.js";
import { serverFacts } from "./engine.js";
import { modelPack, oneVector } from "./spies.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

const embedding = { modelPack, values: [...oneVector()] };
const settings = { ...lawfulQuery };

async function* sent(...messages: readonly IdentifyStreamRequest[]) {
  yield* messages;
}

/** What came back: each tag with its decision or its reason, and how the stream ended. */
async function streamed(...messages: readonly IdentifyStreamRequest[]) {
  const { items, error } = await drained(
    world.client.identification.identifyStream(sent(...messages)),
  );
  return { results: items.flatMap(({ results }) => results).map(told), error };
}

function told({ tag, answer, failure }: IdentifyResult__Output): string {
  return `${tag} ${failure?.reason ?? answer?.faces[0]?.decision}`;
}

const query = (tag: number, change: IdentifyRequest = {}) => ({
  tag,
  query: { embedding, ...change },
});
const records = () => world.audited.filter(({ act }) => act === "identify");

describe("a stream of queries", () => {
  it("answers each query once, under its tag, with what the settings say for it", async () => {
    const { results, error } = await streamed(
      { settings },
      { queries: [query(5), query(6)] },
      { queries: [query(7)] },
    );
    expect(error).toBeNull();
    expect([...results].sort()).toEqual([5, 6, 7].map((tag) => `${tag} DECISION_NO_MATCH`));
    expect(records()).toHaveLength(3);
    expect(records()[0]?.details).toMatchObject({ ...lawfulQuery, purpose: "PUBLIC_SAFETY" });
  });

  it("sends what is ready together in one message", async () => {
    const queries = Array.from({ length: 10 }, (_, tag) => query(tag));
    const stream = world.client.identification.identifyStream(sent({ settings, queries }));
    const { items } = await drained(stream);
    expect(items.flatMap(({ results }) => results)).toHaveLength(10);
    expect(items.length).toBeLessThan(5);
  });

  it("says what is wrong with one query in its failure, and goes on", async () => {
    const { results, error } = await streamed({
      settings,
      queries: [
        query(1, { galleryId: "x".repeat(129) }),
        query(2, { topK: 101 }),
        query(3, { embedding: { modelPack, values: [1] } }),
        query(4, { embedding: null }),
        { tag: 5 },
        query(6, { purpose: 99 as never }),
        query(7, { zoneId: "elsewhere" }),
        query(8),
      ],
    });
    expect(error).toBeNull();
    expect([...results].sort()).toEqual([
      "1 FIELD_INVALID",
      "2 FIELD_INVALID",
      "3 EMBEDDING_DIMENSION_WRONG",
      "4 FIELD_INVALID",
      "5 FIELD_INVALID",
      "6 FIELD_INVALID",
      "7 ZONE_NOT_REGISTERED",
      "8 DECISION_NO_MATCH",
    ]);
  });

  it("lists every violation and every wrong field in a failure", async () => {
    await world.client.zone.suspendZone({ zoneId: "plaza" });
    const queries = [query(1, { galleryId: "none" }), query(2, { threshold: 2 })];
    const stream = world.client.identification.identifyStream(sent({ settings, queries }));
    const { items } = await drained(stream);
    const [one, two] = items.flatMap(({ results }) => results).sort((a, b) => a.tag - b.tag);
    expect(one?.failure).toMatchObject({ status: "FAILED_PRECONDITION", retryAfterMs: 0 });
    const reasons = one?.failure?.violations.map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(["ZONE_NOT_ACTIVE", "GALLERY_NOT_AUTHORISED"]));
    expect(two?.failure?.fields.map(({ field }) => field)).toEqual(["threshold"]);
  });

  it.each<[string, readonly IdentifyStreamRequest[]]>([
    ["begins without settings", [{ queries: [query(1)] }]],
    ["sends settings twice", [{ settings }, { settings }]],
    [
      "sends more than 64 queries in a message",
      [{ settings }, { queries: Array.from({ length: 65 }, (_, tag) => query(tag)) }],
    ],
    ["sends a tag that its answer could not carry", [{ settings, queries: [query(2 ** 53)] }]],
    ["sends settings beyond the limits", [{ settings: { ...settings, queriesInFlightMax: 257 } }]],
    [
      "sends a deadline beyond the limits",
      [{ settings: { ...settings, queryDeadlineMs: 60_001 } }],
    ],
    ["sends a policy that there is not", [{ settings: { ...settings, framePolicy: 9 as never } }]],
    ["sends a purpose that there is not", [{ settings: { ...settings, purpose: 99 as never } }]],
  ])("ends with INVALID_ARGUMENT when the caller %s", async (_, messages) => {
    const { results, error } = await streamed(...messages);
    expect(results).toEqual([]);
    expect(error).toMatchObject({ status: "INVALID_ARGUMENT", reason: "FIELD_INVALID" });
  });

  it("answers what came before a breach, and then ends with it", async () => {
    const { results, error } = await streamed({ settings, queries: [query(1)] }, { settings });
    expect(results).toEqual(["1 DECISION_NO_MATCH"]);
    expect(error).toMatchObject({ status: "INVALID_ARGUMENT" });
  });

  it("ends well without a query, and without a message", async () => {
    expect(await streamed()).toEqual({ results: [], error: null });
    expect(await streamed({ settings }, {}, {})).toEqual({ results: [], error: null });
  });
});

describe("the gate on an open stream", () => {
  it("refuses the next query after a zone was suspended, and permits the next after that", async () => {
    async function* messages() {
      yield { settings, queries: [query(1)] };
      await until(1);
      await world.client.zone.suspendZone({ zoneId: "plaza" });
      yield { queries: [query(2)] };
      await until(2);
      await world.client.zone.activateZone({ zoneId: "plaza" });
      yield { queries: [query(3)] };
    }
    const results: string[] = [];
    const until = async (count: number) => {
      while (results.length < count) await new Promise(setImmediate);
    };
    for await (const answer of world.client.identification.identifyStream(messages())) {
      results.push(...answer.results.map(told));
    }
    expect(results).toEqual(["1 DECISION_NO_MATCH", "2 ZONE_NOT_ACTIVE", "3 DECISION_NO_MATCH"]);
    expect(records().map(({ details }) => details["outcome"])).toEqual([
      "ANSWERED",
      "REFUSED",
      "ANSWERED",
    ]);
  });
});

describe("a camera that calls", () => {
  const camera: Caller = { name: "c", role: "camera", cameraId: "gate-1", address: "127.0.0.1" };
  const client = () => directClient(apiMethods(world.engine, serverFacts), camera);
  const mixed = [
    { ...lawfulQuery, embedding },
    { ...lawfulQuery, cameraId: "gate-2", embedding },
    { ...lawfulQuery, cameraId: "", embedding },
  ];

  it("speaks for itself alone, query by query of a stream", async () => {
    const queries = mixed.map((one, tag) => ({ tag, query: one }));
    const messages = sent({ settings: { ...settings, cameraId: "" }, queries });
    const { items } = await drained(client().identification.identifyStream(messages));
    const results = items.flatMap((item) => item.results).map(told);
    expect([...results].sort()).toEqual([
      "0 DECISION_NO_MATCH",
      "1 CAMERA_NOT_CALLERS",
      "2 CAMERA_NOT_CALLERS",
    ]);
    expect(records()).toHaveLength(1);
  });

  it("speaks for itself alone, query by query of a batch", async () => {
    const { results } = await client().identification.identifyBatch({ queries: mixed });
    expect(results.map(told)).toEqual([
      "0 DECISION_NO_MATCH",
      "1 CAMERA_NOT_CALLERS",
      "2 CAMERA_NOT_CALLERS",
    ]);
    expect(records()).toHaveLength(1);
  });
});

describe("a batch of queries", () => {
  it("answers each by itself, in their order", async () => {
    const right = { ...lawfulQuery, embedding };
    const picture = { ...lawfulQuery, image: Buffer.of(1) };
    const wrong = { ...right, zoneId: "\u0007" };
    const queries = [right, wrong, picture, { ...lawfulQuery }, right];
    const { results } = await world.client.identification.identifyBatch({ queries });
    expect(results.map(told)).toEqual([
      "0 DECISION_NO_MATCH",
      "1 FIELD_INVALID",
      "2 DECISION_NO_MATCH",
      "3 FIELD_INVALID",
      "4 DECISION_NO_MATCH",
    ]);
    expect(records()).toHaveLength(3);
  });

  it("of 64 waits without a complaint of the runtime about so many who listen", async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => warnings.push(name);
    process.on("warning", note);
    const queries = Array.from({ length: 64 }, () => ({ ...lawfulQuery, embedding }));
    const { turns } = world.engine;
    const { signal } = new AbortController();
    for (let n = 0; n < QUERIES_AT_ONCE; n += 1) await turns.begin("another", signal);
    const answered = world.client.identification.identifyBatch({ queries });
    await expect.poll(() => turns.waiting).toBe(64);
    for (let n = 0; n < QUERIES_AT_ONCE; n += 1) turns.end("another");
    const { results } = await answered;
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(results.map(told)).toEqual(queries.map((_, tag) => `${tag} DECISION_NO_MATCH`));
    expect(warnings).not.toContain("MaxListenersExceededWarning");
  });

  it.each([0, 65])("of %i queries is refused", async (count) => {
    const queries = Array.from({ length: count }, () => ({ ...lawfulQuery, embedding }));
    await expect(world.client.identification.identifyBatch({ queries })).rejects.toMatchObject({
      status: "INVALID_ARGUMENT",
      fields: [{ field: "queries" }],
    });
  });
});

describe("queries that are dropped", () => {
  const dropped = async (reason: string) => {
    const { values } = await world.engine.metrics.queriesDropped.get();
    return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
  };

  it("are counted by reason, and leave no record when nothing was decided", async () => {
    const slow = { ...settings, framePolicy: "FRAME_POLICY_LATEST_FRAME" } as const;
    const { results } = await streamed({ settings: slow, queries: [query(1), query(2), query(3)] });
    expect([...results].sort()).toEqual([
      "1 DECISION_NO_MATCH",
      "2 FRAME_SUPERSEDED",
      "3 DECISION_NO_MATCH",
    ]);
    expect(await dropped("FRAME_SUPERSEDED")).toBe(1);
    expect(records()).toHaveLength(2);
  });

  it("give their bytes back, as those that are answered do", async () => {
    await streamed({
      settings,
      queries: [query(1), { tag: 2, query: { image: Buffer.alloc(99) } }],
    });
    expect(world.engine.streamBytes.takenBytes).toBe(0);
    const large = { tag: 3, query: { image: Buffer.alloc(2 << 20) } };
    expect((await streamed({ settings, queries: [large] })).results).toEqual(["3 QUEUE_FULL"]);
    expect(await dropped("QUEUE_FULL")).toBe(1);
    expect(world.engine.streamBytes.takenBytes).toBe(0);
  });
});

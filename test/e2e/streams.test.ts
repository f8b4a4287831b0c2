import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { drawUnitVector } from "../drawn.js";
import {
  enrolEmbedding,
  makeDataDir,
  makeLawful,
  photograph,
  removeDataDir,
  type ServerProcess,
} from "./harness.js";
import { placePerTest } from "./own-server.js";
import { metric, openStream, told } from "./streams.js";

const photographs = [1, 2, 3, 4, 5, 6].map((n) => photograph(`sample${n}.jpg`));
const picture = (tag: number) => ({
  tag,
  query: { image: photographs[tag % 6] ?? Buffer.alloc(0) },
});
const FACES = [3, 3, 3, 4, 5, 4];

const place = placePerTest();

async function lawfulServer(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const server = await place.start(env);
  await makeLawful(server.client);
  return server;
}

describe("a stream of pictures", () => {
  it("answers every frame under its tag, and ends well when the caller has sent its last", async () => {
    const { client } = await lawfulServer();
    const stream = openStream(client, { queryDeadlineMs: 60_000 });
    for (let tag = 0; tag < 12; tag += 1) stream.send(picture(tag));
    // Half-closed: nothing more is sent, and everything is answered.
    stream.end();
    expect(await stream.ended).toBeNull();
    expect(told(stream.results)).toEqual(
      [...FACES, ...FACES].map((faces, tag) => `${tag} ${faces}`),
    );
  });

  it("refuses the next frame after its zone was suspended, and permits the next after that", async () => {
    const { client } = await lawfulServer();
    const stream = openStream(client);
    stream.send(picture(0));
    await stream.until(1);
    await client.zone.suspendZone({ zoneId: "plaza" });
    stream.send(picture(1));
    await stream.until(2);
    await client.zone.activateZone({ zoneId: "plaza" });
    stream.send(picture(2));
    expect(told(await stream.until(3))).toEqual(["0 3", "1 ZONE_NOT_ACTIVE", "2 3"]);
    stream.end();
    expect(await stream.ended).toBeNull();
  });

  it("drops what is late before it is looked at, and answers it all the same", async () => {
    const running = await lawfulServer();
    const stream = openStream(running.client, { queriesInFlightMax: 64 });
    stream.send(...Array.from({ length: 60 }, (_, tag) => ({ ...picture(tag), deadlineMs: 1 })));
    stream.send({ tag: 60, query: picture(0).query });
    const results = await stream.until(61);
    expect(new Set(results.map(({ tag }) => tag)).size).toBe(61);
    expect(told(results).at(-1)).toBe("60 3");
    const late = results.filter(({ failure }) => failure?.reason === "DEADLINE_EXCEEDED");
    expect(late.length).toBeGreaterThan(50);
    const counted = await metric(running, "cordon_queries_dropped_total", "DEADLINE_EXCEEDED");
    expect(counted).toBe(late.length);
  });

  it("ends with SHUTTING_DOWN on SIGTERM, and the server with it", async () => {
    const running = await lawfulServer();
    const streams = Array.from({ length: 10 }, () => openStream(running.client));
    for (const stream of streams) stream.send(picture(0));
    await Promise.all(streams.map((stream) => stream.until(1)));
    running.child.kill("SIGTERM");
    for (const stream of streams) {
      expect(await stream.ended).toMatchObject({ status: "UNAVAILABLE", reason: "SHUTTING_DOWN" });
      expect(stream.results.length).toBe(1);
    }
    expect(await running.exitCode).toBe(0);
  });
});

describe("a vision worker that is lost under streams", () => {
  const sabotage = join(import.meta.dirname, "sabotage.mjs");
  let file = "";
  const lose = (how: "throw" | "exit", times: number) => writeFileSync(file, `${how} ${times}`);
  beforeAll(() => {
    file = join(makeDataDir(), "sabotage");
    lose("throw", 0);
    return () => removeDataDir(join(file, ".."));
  });
  const env = () => ({ NODE_OPTIONS: `--import ${sabotage}`, SABOTAGE_FILE: file });

  it.each(["throw", "exit"] as const)(
    "is replaced: its frame is tried once more, then fails clearly (%s)",
    async (how) => {
      const running = await lawfulServer(env());
      const stream = openStream(running.client);
      lose(how, 1);
      stream.send(picture(0));
      expect(told(await stream.until(1))).toEqual(["0 3"]);
      lose(how, 2);
      stream.send(picture(1));
      await stream.until(2);
      stream.send(picture(2));
      expect(told(await stream.until(3))).toEqual(["0 3", "1 WORKER_FAILED", "2 3"]);
      const count = (event: string) => metric(running, "cordon_worker_events_total", `"${event}"`);
      expect(await count("worker-lost")).toBe(3);
      expect(await count("job-retried")).toBe(2);
      expect(await count("job-failed")).toBe(1);
      expect(running.output()).toContain("a query failed");
    },
  );
});

describe("a stream of embeddings", () => {
  it("finds who is enrolled, many at a time", async () => {
    const { client } = await lawfulServer();
    const { modelPack } = await client.server.getServerInfo({});
    const pack = modelPack?.name ?? "";
    const vectors = Array.from({ length: 20 }, () => drawUnitVector(160));
    const ids: string[] = [];
    for (const values of vectors) ids.push(await enrolEmbedding(client, values, pack));
    const stream = openStream(client, { queriesInFlightMax: 256 });
    for (let round = 0; round < 10; round += 1) {
      const queries = vectors.map((values, at) => {
        return { tag: round * 20 + at, query: { embedding: { modelPack: pack, values } } };
      });
      stream.send(...queries);
    }
    stream.end();
    expect(await stream.ended).toBeNull();
    expect(stream.results).toHaveLength(200);
    for (const { tag, answer } of stream.results) {
      expect(answer?.faces[0]?.personId).toBe(ids[tag % 20]);
    }
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import { openEnrolStream, RECONNECTS_MAX } from "../../src/cli/enrol-stream.js";
import { type CordonClient, createClient } from "../../src/transport/client/client.js";
import type { CordonClientError } from "../../src/transport/client/error.js";
import { type FakeAnswer, type FakeServer, judge, startFakeServer } from "./enrol-server.js";

let server: FakeServer;
let client: CordonClient;
let answers: FakeAnswer[];
let hold: (requestId: string) => Promise<void>;
let pauses: number[];
let breaks: CordonClientError[];
let halt: AbortController;

beforeEach(async () => {
  answers = [];
  pauses = [];
  breaks = [];
  halt = new AbortController();
  hold = async () => undefined;
  server = await startFakeServer(async (one, fake) => {
    await hold(one.requestId);
    return answers.shift() ?? judge(one, fake);
  });
  client = createClient({ address: server.address });
});

afterEach(() => {
  client.close();
  server.stop();
});

function open(silenceMs?: number) {
  return openEnrolStream(client, {
    signal: halt.signal,
    wait: async (ms) => void pauses.push(ms),
    silenceMs,
    onBreak: (error) => breaks.push(error),
  });
}

function person(requestId: string) {
  return () => ({ requestId, displayName: requestId, sources: [{ image: Buffer.from("good") }] });
}

const gone = new CordonError({ status: "UNAVAILABLE", reason: "SHUTTING_DOWN", message: "gone" });

describe("openEnrolStream()", () => {
  it("gives each the answer with its own request id, in whatever order they come", async () => {
    hold = async (requestId) => {
      // The first is answered last.
      while (requestId === "a" && server.requests.length < 3) await new Promise(setImmediate);
    };
    const stream = open();
    const all = await Promise.all(["a", "b", "c"].map((id) => stream.send(id, person(id))));
    expect(all.map((one) => one.enrolled && one.personId)).toEqual(["id-a", "id-b", "id-c"]);
    await stream.close();
  });

  it("makes a message only when the stream asks for it, and what that throws is a refusal", async () => {
    const stream = open();
    const unreadable = stream.send("a", () => {
      throw new Error("1.jpg: there is no such file");
    });
    expect(await unreadable).toMatchObject({
      enrolled: false,
      error: { message: "1.jpg: there is no such file" },
    });
    expect(await stream.send("b", person("b"))).toMatchObject({ enrolled: true });
    expect(server.streams()).toBe(1);
    await stream.close();
  });

  it("pauses longer each time, and gives up after a number of times", async () => {
    answers = Array.from({ length: RECONNECTS_MAX + 1 }, () => gone);
    const stream = open();
    await expect(stream.send("a", person("a"))).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
    expect(breaks).toHaveLength(1);
    await stream.close();
  });

  it("does not try again what another stream would not change", async () => {
    const status = "UNAUTHENTICATED";
    answers = [new CordonError({ status, reason: "TOKEN_MISSING", message: "no token" })];
    const stream = open();
    await expect(stream.send("a", person("a"))).rejects.toMatchObject({ status });
    expect(pauses).toEqual([]);
    await stream.close();
  });

  it("takes a server that owes answers and falls silent for gone", async () => {
    answers = ["nothing"];
    const stream = open(50);
    expect(await stream.send("a", person("a"))).toMatchObject({ enrolled: true });
    expect(breaks[0]).toMatchObject({ status: "DEADLINE_EXCEEDED" });
    expect(server.streams()).toBe(2);
    await stream.close();
  });

  it("ends whoever waits when it is halted or closed", async () => {
    answers = ["nothing"];
    const stream = open();
    const waiting = stream.send("a", person("a"));
    const refused = expect(waiting).rejects.toMatchObject({ status: "CANCELLED" });
    while (server.requests.length === 0) await new Promise(setImmediate);
    halt.abort();
    await refused;
    await stream.close();
    expect(server.streams()).toBe(1);
  });
});

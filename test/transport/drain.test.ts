import { afterEach, describe, expect, it } from "vitest";
import type { CallContext } from "../../src/api/context.js";
import { abortError } from "../../src/base/errors.js";
import { drained, type Sent, signalled, startStreamServer, stopAll } from "./stream-server.js";

afterEach(stopAll);

const DRAIN_MS = 20_000;

describe("drain()", () => {
  it("answers what a stream has taken in, and ends it with SHUTTING_DOWN", async () => {
    const taken = signalled();
    const work = signalled();
    const { client, server } = await startStreamServer({
      async *enrolPersons(requests: AsyncIterable<Sent>) {
        const all: string[] = [];
        for await (const { person } of requests) {
          all.push(person?.requestId ?? "");
          taken.resolve();
        }
        await work.promise;
        for (const requestId of all) yield { requestId };
        // A status ends a call of grpc-js at once, so what went before must have been read.
        await read.promise;
      },
    });
    const read = signalled();
    async function* requests() {
      yield { person: { requestId: "accepted" } };
      await new Promise(() => undefined);
    }
    const seen: string[] = [];
    const iterate = async () => {
      for await (const { requestId } of client.enrolment.enrolPersons(requests())) {
        seen.push(requestId);
        read.resolve();
      }
    };
    const iteration = iterate().catch((thrown: unknown) => thrown);
    await taken.promise;
    const drain = server.drain(DRAIN_MS);
    work.resolve();
    expect(await iteration).toMatchObject({ status: "UNAVAILABLE", reason: "SHUTTING_DOWN" });
    expect(seen).toEqual(["accepted"]);
    await drain;
  });

  it("lets a stream whose caller had sent everything end well", async () => {
    const reached = signalled();
    const work = signalled();
    const { client, server } = await startStreamServer({
      async *enrolPersons(requests) {
        for await (const _ of requests);
        reached.resolve();
        await work.promise;
        yield { requestId: "done" };
      },
    });
    async function* requests() {
      yield { person: { requestId: "only" } };
    }
    const answers = drained(client.enrolment.enrolPersons(requests()));
    await reached.promise;
    const drain = server.drain(DRAIN_MS);
    work.resolve();
    expect(await answers).toMatchObject({ items: [{ requestId: "done" }], error: null });
    await drain;
  });

  it("lets a server stream finish", async () => {
    const { client, server } = await startStreamServer({
      async *exportRecords() {
        for (let i = 0; i < 100; i += 1) yield { records: [{ line: "x".repeat(10_000) }] };
      },
    });
    const answers = client.audit.exportRecords({})[Symbol.asyncIterator]();
    await answers.next();
    const drain = server.drain(DRAIN_MS);
    const rest = await drained({ [Symbol.asyncIterator]: () => answers });
    expect(rest).toMatchObject({ error: null });
    expect(rest.items).toHaveLength(99);
    await drain;
  });

  it("whose time is up ends calls with SHUTTING_DOWN, and their handlers hear of it", async () => {
    const began = signalled();
    const heard = signalled<unknown>();
    const endless = async (_: unknown, { signal }: CallContext) => {
      signal.addEventListener("abort", () => heard.resolve(abortError(signal)));
      began.resolve();
      await new Promise(() => undefined);
      return {};
    };
    const { client, server } = await startStreamServer({
      getOperator: endless,
      async *exportRecords(request, context) {
        yield { records: [] };
        await endless(request, context);
      },
    });
    const unary = client.server.getOperator({}).catch((thrown: unknown) => thrown);
    await began.promise;
    const stream = drained(client.audit.exportRecords({}));
    const ended = Promise.all([unary, stream]);
    // Both are there before the drain begins.
    const probe = client.audit.exportRecords({})[Symbol.asyncIterator]();
    await probe.next();
    const probed = probe.next().catch((thrown: unknown) => thrown);
    await server.drain(0);
    const [unaryError, { error }] = await ended;
    for (const each of [unaryError, error, await probed, await heard.promise]) {
      expect(each).toMatchObject({ status: "UNAVAILABLE", reason: "SHUTTING_DOWN" });
    }
  });

  it("turns new streams away", async () => {
    const work = signalled();
    const began = signalled();
    const { client, server } = await startStreamServer({
      async *exportRecords() {
        began.resolve();
        await work.promise;
        yield { records: [] };
      },
    });
    const first = drained(client.audit.exportRecords({}));
    await began.promise;
    const drain = server.drain(DRAIN_MS);
    const { error } = await drained(client.audit.exportRecords({}));
    expect(error).toMatchObject({ status: "UNAVAILABLE" });
    work.resolve();
    expect((await first).error).toBeNull();
    await drain;
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import {
  type Answered,
  drained,
  echo,
  lines,
  persons,
  type Sent,
  signalled,
  startStreamServer,
  stopAll,
  until,
} from "./stream-server.js";

afterEach(stopAll);

describe("a bidirectional stream", () => {
  it("carries 1,000 messages there and back in order, and counts them", async () => {
    const { client, metric } = await startStreamServer({ enrolPersons: echo });
    const { items, error } = await drained(client.enrolment.enrolPersons(persons(1000)));
    expect(error).toBeNull();
    expect(items.map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 1000 }, (_, i) => `person-${i}`),
    );
    const method = "EnrolmentService/EnrolPersons";
    await until(async () => expect(await metric("cordon_calls_in_flight")).toBe(0));
    expect(await metric("cordon_stream_messages_total", { method, direction: "in" })).toBe(1000);
    expect(await metric("cordon_stream_messages_total", { method, direction: "out" })).toBe(1000);
    expect(await metric("cordon_call_seconds", { method, status: "OK" })).toBeGreaterThan(0);
  });

  it("answers while requests still come", async () => {
    const { client } = await startStreamServer({ enrolPersons: echo });
    const more = signalled();
    async function* requests() {
      yield { person: { requestId: "first" } };
      await more.promise;
      yield { person: { requestId: "second" } };
    }
    const seen: string[] = [];
    for await (const { requestId } of client.enrolment.enrolPersons(requests())) {
      seen.push(requestId);
      more.resolve();
    }
    expect(seen).toEqual(["first", "second"]);
  });

  it("answers after the half-close, too", async () => {
    const { client } = await startStreamServer({
      async *enrolPersons(requests) {
        let count = 0;
        for await (const _ of requests) count += 1;
        yield { requestId: `${count}` };
      },
    });
    const { items } = await drained(client.enrolment.enrolPersons(persons(3)));
    expect(items).toEqual([expect.objectContaining({ requestId: "3" })]);
  });

  it("takes no request at all for an empty stream", async () => {
    const { client } = await startStreamServer({ enrolPersons: echo });
    expect(await drained(client.enrolment.enrolPersons(persons(0)))).toEqual({
      items: [],
      error: null,
    });
  });

  it("ends when the handler does, whatever the caller would still send", async () => {
    const { client, metric } = await startStreamServer({
      async *enrolPersons(requests) {
        for await (const { person } of requests) {
          yield { requestId: person?.requestId ?? "" };
          return;
        }
      },
    });
    const left = signalled();
    async function* requests() {
      try {
        yield { person: { requestId: "only" } };
        await left.promise;
      } finally {
        left.resolve();
      }
    }
    const answers = drained(client.enrolment.enrolPersons(requests()));
    expect(await answers).toMatchObject({ items: [{ requestId: "only" }], error: null });
    await until(async () => expect(await metric("cordon_calls_in_flight")).toBe(0));
    left.resolve();
  });

  it("ends with the error of the handler, with its details, after the answers before it", async () => {
    const { client } = await startStreamServer({
      async *enrolPersons(requests) {
        for await (const { person } of requests) {
          if (person?.requestId === "person-2") {
            throw new CordonError({
              status: "FAILED_PRECONDITION",
              reason: "NOTICE_MISSING",
              message: "No notice.",
              violations: [{ type: "NOTICE_MISSING", subject: "zone/z", description: "Art. 5" }],
              metadata: { a: "b" },
            });
          }
          yield { requestId: person?.requestId ?? "" };
        }
      },
    });
    const read = signalled();
    async function* requests() {
      yield* persons(2);
      // A status ends a call of grpc-js at once, so what went before must have been read.
      await read.promise;
      yield { person: { requestId: "person-2" } };
    }
    const seen: string[] = [];
    const iterate = async () => {
      for await (const { requestId } of client.enrolment.enrolPersons(requests())) {
        seen.push(requestId);
        if (seen.length === 2) read.resolve();
      }
    };
    await expect(iterate()).rejects.toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "NOTICE_MISSING",
      violations: [{ type: "NOTICE_MISSING", subject: "zone/z" }],
      metadata: { a: "b" },
    });
    expect(seen).toEqual(["person-0", "person-1"]);
  });

  it("ends with INTERNAL for a bug, which it does not tell", async () => {
    const { client, metric } = await startStreamServer({
      // biome-ignore lint/correctness/useYield: it fails before it gives anything
      async *enrolPersons() {
        throw new Error("/secret/path");
      },
    });
    const { error } = await drained(client.enrolment.enrolPersons(persons(1)));
    expect(error).toMatchObject({ status: "INTERNAL", reason: "INTERNAL" });
    expect(String(error)).not.toContain("secret");
    expect(await metric("cordon_errors_total", { reason: "INTERNAL" })).toBe(1);
  });

  it("ends where a message does not pass the guard", async () => {
    const { client } = await startStreamServer({ enrolPersons: echo });
    const { error } = await drained(client.enrolment.enrolPersons(persons(1, "\u001b[2J")));
    expect(error).toMatchObject({
      status: "INVALID_ARGUMENT",
      fields: [{ field: "person.display_name" }],
    });
  });

  it("is refused to a role that may not", async () => {
    const { client } = await startStreamServer({ enrolPersons: echo }, { role: "inspector" });
    const { error } = await drained(client.enrolment.enrolPersons(persons(1)));
    expect(error).toMatchObject({ status: "PERMISSION_DENIED", reason: "ROLE_NOT_ALLOWED" });
  });
});

describe("a server stream", () => {
  it("carries 1,000 messages in order", async () => {
    const { client } = await startStreamServer({ exportRecords: () => lines(1000) });
    const { items, error } = await drained(client.audit.exportRecords({}));
    expect(error).toBeNull();
    expect(items.map(({ records }) => records[0]?.line)).toEqual(
      Array.from({ length: 1000 }, (_, i) => `${i} x`),
    );
  });

  it("gives its handler the one request", async () => {
    const { client } = await startStreamServer({
      async *exportRecords(request) {
        const { filter } = request as { filter: { zoneId: string } };
        yield { records: [{ line: filter.zoneId }] };
      },
    });
    const { items } = await drained(client.audit.exportRecords({ filter: { zoneId: "plaza" } }));
    expect(items[0]?.records[0]?.line).toBe("plaza");
  });

  it("opens no call until it is read", async () => {
    const { client, metric } = await startStreamServer({
      exportRecords: () => lines(1),
      getOperator: async () => ({}),
    });
    client.audit.exportRecords({});
    await client.server.getOperator({});
    expect(await metric("cordon_call_seconds", { method: "AuditService/ExportRecords" })).toBe(0);
  });
});

describe("the deadline of a stream", () => {
  // biome-ignore lint/correctness/useYield: it only listens
  const silent = async function* (requests: AsyncIterable<Sent>): AsyncGenerator<Answered> {
    for await (const _ of requests);
  };
  const nothing = async function* (): AsyncGenerator<never> {
    await new Promise(() => undefined);
  };

  it("is the caller's own", async () => {
    const { client } = await startStreamServer({ enrolPersons: silent });
    const options = { timeoutMs: 30 };
    const { error } = await drained(client.enrolment.enrolPersons(nothing(), options));
    expect(error).toMatchObject({ status: "DEADLINE_EXCEEDED" });
  });

  it("ends one in which no message passes", async () => {
    const { client } = await startStreamServer({ enrolPersons: silent }, { idleMs: 30 });
    const { error } = await drained(client.enrolment.enrolPersons(nothing()));
    expect(error).toMatchObject({ status: "DEADLINE_EXCEEDED", reason: "DEADLINE_EXCEEDED" });
    expect((error as Error).message).toMatch(/No message passed/);
  });
});

describe("admission", () => {
  it("lets a thousand streams at once in up to its limit, and turns the rest away", async () => {
    const open = signalled();
    const { client, metric } = await startStreamServer(
      {
        async *enrolPersons(requests) {
          await open.promise;
          yield* echo(requests);
        },
      },
      { streamsMax: 100 },
    );
    const all = Array.from({ length: 1000 }, () =>
      drained(client.enrolment.enrolPersons(persons(1))),
    );
    const full = { reason: "QUEUE_FULL" };
    await until(async () => expect(await metric("cordon_errors_total", full)).toBe(900));
    expect(await metric("cordon_calls_in_flight")).toBe(100);
    open.resolve();
    const ended = await Promise.all(all);
    expect(ended.filter(({ items, error }) => error === null && items.length === 1)).toHaveLength(
      100,
    );
    const refused = ended.filter(({ error }) => error !== null);
    expect(refused).toHaveLength(900);
    for (const { error } of refused) {
      expect(error).toMatchObject({ status: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL" });
    }
    // Their places are free again.
    expect((await drained(client.enrolment.enrolPersons(persons(1)))).error).toBeNull();
  });
});

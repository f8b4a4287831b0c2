import { afterEach, describe, expect, it, vi } from "vitest";
import type { CordonClient } from "../../src/transport/client/client.js";
import { SEND_BUFFER_MESSAGES_MAX } from "../../src/transport/outbox.js";
import { signalled, startStreamServer, stopAll } from "./stream-server.js";

afterEach(stopAll);

/** Larger than the window of HTTP/2, so that what waits is counted in few messages. */
const LINE = "x".repeat(64 * 1024);
const ROUND_TRIPS = 30;

/** Much happens on the same connection meanwhile; a stream that could go on would have. */
async function roundTrips(client: CordonClient): Promise<void> {
  for (let i = 0; i < ROUND_TRIPS; i += 1) await client.server.getOperator({});
}

const getOperator = async () => ({});

describe("a server stream whose caller does not read", () => {
  it("makes no more messages than find room, and goes on when it is read", async () => {
    let made = 0;
    const { client } = await startStreamServer({
      getOperator,
      async *exportRecords() {
        for (;;) {
          made += 1;
          yield { records: [{ line: LINE }] };
        }
      },
    });
    let read = 0;
    const answers = client.audit.exportRecords({})[Symbol.asyncIterator]();
    const next = async () => {
      await answers.next();
      read += 1;
    };
    await next();
    await roundTrips(client);
    // Here, there, and in the windows of HTTP/2 between.
    const most = 2 * SEND_BUFFER_MESSAGES_MAX + 16;
    expect(made - read).toBeLessThanOrEqual(most);
    const before = made;
    for (let i = 0; i < 100; i += 1) {
      await next();
      expect(made - read).toBeLessThanOrEqual(most);
    }
    expect(made).toBeGreaterThan(before);
    await answers.return?.();
  });
});

describe("a bidirectional stream whose handler does not read", () => {
  it("asks its caller for no more messages than find room, and then for the rest", async () => {
    const go = signalled();
    const { client } = await startStreamServer({
      getOperator,
      async *enrolPersons(requests) {
        await go.promise;
        let count = 0;
        for await (const _ of requests) count += 1;
        yield { requestId: `${count}` };
      },
    });
    const total = 300;
    let asked = 0;
    async function* requests() {
      while (asked < total) {
        asked += 1;
        yield { person: { requestId: `${asked}`, displayName: LINE } };
      }
    }
    const first = client.enrolment.enrolPersons(requests())[Symbol.asyncIterator]().next();
    await vi.waitFor(() => expect(asked).toBe(16));
    await roundTrips(client);
    // grpc-js keeps up to 1 MiB for a retry besides what waits on both sides.
    expect(asked).toBeLessThanOrEqual(16 + 16 + 16 + 32);
    go.resolve();
    expect((await first).value).toMatchObject({ requestId: `${total}` });
  });

  it("reads no more than it answers while its caller does not read", async () => {
    let taken = 0;
    const { client } = await startStreamServer({
      getOperator,
      async *enrolPersons(requests) {
        for await (const _ of requests) {
          taken += 1;
          yield { requestId: LINE };
        }
      },
    });
    async function* requests() {
      for (;;) yield { person: { requestId: "same" } };
    }
    const answers = client.enrolment.enrolPersons(requests())[Symbol.asyncIterator]();
    await answers.next();
    await roundTrips(client);
    expect(taken).toBeLessThanOrEqual(2 * SEND_BUFFER_MESSAGES_MAX + 16);
    await answers.return?.();
  });
});

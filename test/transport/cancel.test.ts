import { afterEach, describe, expect, it } from "vitest";
import type { CallContext } from "../../src/api/context.js";
import { abortError } from "../../src/base/errors.js";
import {
  drained,
  echo,
  lines,
  type Sent,
  signalled,
  startStreamServer,
  stopAll,
  until,
} from "./stream-server.js";

afterEach(stopAll);

describe("cancelling a stream", () => {
  /** Reads to the end, and then works on until its signal aborts, as one that has much to do. */
  function busy() {
    const began = signalled();
    const aborted = signalled<unknown>();
    const finished = signalled();
    return {
      began,
      aborted,
      finished,
      async *enrolPersons(requests: AsyncIterable<Sent>, { signal }: CallContext) {
        signal.addEventListener("abort", () => aborted.resolve(abortError(signal)));
        began.resolve();
        try {
          yield* echo(requests);
          await aborted.promise;
        } finally {
          finished.resolve();
        }
      },
    };
  }
  const forever = async function* () {
    yield { person: { requestId: "one" } };
    await new Promise(() => undefined);
  };

  it("by its signal ends both iterables and aborts the handler's signal", async () => {
    const handler = busy();
    const { client, metric } = await startStreamServer(handler);
    const controller = new AbortController();
    const { signal } = controller;
    const answers = drained(client.enrolment.enrolPersons(forever(), { signal }));
    await handler.began.promise;
    controller.abort();
    expect((await answers).error).toMatchObject({ status: "CANCELLED" });
    expect(await handler.aborted.promise).toMatchObject({ status: "CANCELLED" });
    await handler.finished.promise;
    const status = "CANCELLED";
    await until(async () =>
      expect(await metric("cordon_call_seconds", { status })).toBeGreaterThan(0),
    );
    expect(await metric("cordon_calls_in_flight")).toBe(0);
  });

  it("happens when the caller leaves the iteration, and its requests are let go", async () => {
    const handler = busy();
    const { client } = await startStreamServer(handler);
    const letGo = signalled();
    const requests = {
      [Symbol.asyncIterator]: () => {
        const inner = forever();
        return {
          next: () => inner.next(),
          async return() {
            letGo.resolve();
            return { done: true as const, value: undefined };
          },
        };
      },
    };
    for await (const _ of client.enrolment.enrolPersons(requests)) break;
    await letGo.promise;
    expect(await handler.aborted.promise).toMatchObject({ status: "CANCELLED" });
  });

  it("happens when making the requests fails, and the caller gets that error", async () => {
    const handler = busy();
    const { client } = await startStreamServer(handler);
    const broken = new Error("the folder is gone");
    async function* requests() {
      yield { person: { requestId: "one" } };
      await handler.began.promise;
      throw broken;
    }
    expect((await drained(client.enrolment.enrolPersons(requests()))).error).toBe(broken);
    await handler.finished.promise;
  });

  it("with a signal that was aborted before opens no call", async () => {
    const { client } = await startStreamServer({ exportRecords: () => lines(1) });
    const { error } = await drained(
      client.audit.exportRecords({}, { signal: AbortSignal.abort() }),
    );
    expect(error).toMatchObject({ status: "CANCELLED" });
  });

  it("returns the iterator of a handler that is sending", async () => {
    const left = signalled();
    const { client } = await startStreamServer({
      async *exportRecords() {
        try {
          yield* lines(Number.POSITIVE_INFINITY, "x".repeat(10_000));
        } finally {
          left.resolve();
        }
      },
    });
    for await (const _ of client.audit.exportRecords({})) break;
    await left.promise;
  });
});

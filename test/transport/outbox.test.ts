import { describe, expect, it } from "vitest";
import { createOutbox, SEND_BUFFER_MESSAGES_MAX } from "../../src/transport/outbox.js";

/** A connection that takes a message when the test says so. */
function makeOutbox() {
  const waiting: (() => void)[] = [];
  const written: unknown[] = [];
  const controller = new AbortController();
  const write = (message: unknown, taken: () => void) => {
    written.push(message);
    waiting.push(taken);
    return true;
  };
  const outbox = createOutbox({ write } as never, controller.signal);
  return { ...outbox, written, abort: () => controller.abort(), take: () => waiting.shift()?.() };
}

/** Whether a promise is settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  const seen = promise.catch(() => undefined);
  return (await Promise.race([seen, new Promise((r) => setImmediate(r, pending))])) !== pending;
}

describe("createOutbox()", () => {
  it("takes as many messages as find room, and the next when one has left", async () => {
    const outbox = makeOutbox();
    for (let i = 0; i < SEND_BUFFER_MESSAGES_MAX; i += 1) await outbox.send(i);
    const next = outbox.send("next");
    expect(await isSettled(next)).toBe(false);
    expect(outbox.written).toHaveLength(SEND_BUFFER_MESSAGES_MAX);
    outbox.take();
    await next;
    expect(outbox.written.at(-1)).toBe("next");
  });

  it("is flushed when everything has left", async () => {
    const outbox = makeOutbox();
    await outbox.flush();
    await outbox.send(1);
    await outbox.send(2);
    const flushed = outbox.flush();
    outbox.take();
    expect(await isSettled(flushed)).toBe(false);
    outbox.take();
    await flushed;
  });

  it("fails what waits, and everything later, when the call has ended", async () => {
    const outbox = makeOutbox();
    for (let i = 0; i < SEND_BUFFER_MESSAGES_MAX; i += 1) await outbox.send(i);
    const next = outbox.send("next");
    outbox.abort();
    await expect(next).rejects.toMatchObject({ status: "CANCELLED" });
    await expect(outbox.flush()).rejects.toMatchObject({ status: "CANCELLED" });
    await expect(outbox.send("late")).rejects.toMatchObject({ status: "CANCELLED" });
    expect(outbox.written).toHaveLength(SEND_BUFFER_MESSAGES_MAX);
  });
});

import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { afterEach, describe, expect, it, vi } from "vitest";
import { loadServices } from "../../src/transport/proto.js";
import { END_TAKEN_MS_MAX } from "../../src/transport/stream.js";
import { drained, echo, persons, signalled, startStreamServer, stopAll } from "./stream-server.js";

const sessions: ClientHttp2Session[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const session of sessions.splice(0)) session.destroy();
  await stopAll();
});

const ENROL = "/cordon.v1.EnrolmentService/EnrolPersons";
const EXPORT = "/cordon.v1.AuditService/ExportRecords";

/** A caller that speaks HTTP/2 and nothing above it. */
function rawSession(address: string): ClientHttp2Session {
  const session = connect(`http://${address}`);
  session.on("error", () => undefined);
  sessions.push(session);
  return session;
}

function rawCall(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  const call = session.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc+proto",
    te: "trailers",
  });
  call.on("error", () => undefined);
  return call;
}

/** A message as it travels: a flag, its length, its bytes. */
function framed(bytes: Uint8Array, length = bytes.length): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, bytes]);
}

async function statusOf(call: ClientHttp2Stream): Promise<string> {
  const trailers = new Promise<unknown>((resolve) => {
    call.on("response", (headers) => "grpc-status" in headers && resolve(headers["grpc-status"]));
    call.on("trailers", (headers) => resolve(headers["grpc-status"]));
  });
  call.resume();
  return String(await trailers);
}

/** The server still does what it is for, and nothing of the hostile call is left. */
async function unharmed({ client, metric }: Awaited<ReturnType<typeof startStreamServer>>) {
  await vi.waitFor(async () => expect(await metric("cordon_calls_in_flight")).toBe(0), 20_000);
  const { items, error } = await drained(client.enrolment.enrolPersons(persons(3)));
  expect(error).toBeNull();
  expect(items).toHaveLength(3);
}

describe("a hostile caller of a stream", () => {
  it.each([
    ["garbage for a message", framed(Buffer.alloc(100, 0xff)), "13"],
    ["a message larger than any", framed(Buffer.alloc(10), 2 ** 31), "8"],
    ["a message larger than the limit", framed(Buffer.alloc(1), (1 << 20) + 1), "8"],
    ["a flag of a compression that there is not", Buffer.from([1, 0, 0, 0, 1, 0]), "13"],
  ])("that sends %s gets a status", async (_, bytes, status) => {
    const server = await startStreamServer({ enrolPersons: echo });
    const call = rawCall(rawSession(server.server.address), ENROL);
    call.write(bytes);
    expect(await statusOf(call)).toBe(status);
    await unharmed(server);
  });

  it("that ends in the middle of a message is told so", async () => {
    const server = await startStreamServer({ enrolPersons: echo });
    const call = rawCall(rawSession(server.server.address), ENROL);
    call.end(framed(Buffer.alloc(10), 1000));
    expect(await statusOf(call)).toBe("3");
    await unharmed(server);
  });

  it("that sends nothing at all, or no request, is answered", async () => {
    const server = await startStreamServer({ enrolPersons: echo });
    const session = rawSession(server.server.address);
    const silent = rawCall(session, ENROL);
    silent.end();
    expect(await statusOf(silent)).toBe("0");
    const empty = rawCall(session, EXPORT);
    empty.end();
    expect(await statusOf(empty)).toBe("12");
    await unharmed(server);
  });

  it("that sends a message beyond the limit through the client gets RESOURCE_EXHAUSTED", async () => {
    const server = await startStreamServer({ enrolPersons: echo });
    const large = "x".repeat(2 << 20);
    const { error } = await drained(server.client.enrolment.enrolPersons(persons(1, large)));
    expect(error).toMatchObject({ status: "RESOURCE_EXHAUSTED" });
    await unharmed(server);
  });

  it("whose connection breaks has not sent its last request: the requests fail", async () => {
    const began = signalled();
    const heard = signalled<unknown>();
    const server = await startStreamServer({
      async *enrolPersons(requests) {
        began.resolve();
        try {
          yield* echo(requests);
        } catch (thrown) {
          heard.resolve(thrown);
          throw thrown;
        }
      },
    });
    const session = rawSession(server.server.address);
    rawCall(session, ENROL);
    await began.promise;
    session.destroy();
    expect(await heard.promise).toMatchObject({ status: "CANCELLED" });
    await vi.waitFor(async () => expect(await server.metric("cordon_calls_in_flight")).toBe(0));
  });

  it("that never reads is ended when nothing passes, and then cut", async () => {
    const left = signalled();
    const server = await startStreamServer(
      {
        async *exportRecords() {
          try {
            for (;;) yield { records: [{ line: "x".repeat(64 * 1024) }] };
          } finally {
            left.resolve();
          }
        },
        enrolPersons: echo,
      },
      { idleMs: 50 },
    );
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const call = rawCall(rawSession(server.server.address), EXPORT);
    const { requestSerialize } = loadServices().audit.ExportRecords;
    call.end(framed(requestSerialize({})));
    await once(call, "response");
    // Not read: the window of HTTP/2 fills up, and no message passes any more.
    await inTime(() => vi.advanceTimersByTime(50), left.promise);
    const closed = once(call, "close");
    await inTime(() => vi.advanceTimersByTime(END_TAKEN_MS_MAX), closed);
    expect(call.rstCode).toBe(constants.NGHTTP2_CANCEL);
    vi.useRealTimers();
    await unharmed(server);
  });
});

/** Moves the timers on, again and again while the sockets do their work, until it is done. */
async function inTime(move: () => void, done: Promise<unknown>): Promise<void> {
  let pending = true;
  const end = done.then(() => {
    pending = false;
  });
  while (pending) {
    await new Promise((resolve) => setImmediate(resolve));
    move();
  }
  await end;
}

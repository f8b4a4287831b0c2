import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Caller } from "../../src/access/access.js";
import type { Method } from "../../src/transport/call.js";
import { authorise } from "../../src/transport/interceptors/authorise.js";
import { deadline, LENGTHY_MS_MAX } from "../../src/transport/interceptors/deadline.js";
import { drainStreams } from "../../src/transport/interceptors/drain.js";
import { clock, echo, identifyMethod, makeCall, makeStream, never } from "./calls.js";

describe("deadline() of a stream", () => {
  const short = { defaultMs: 5, maxMs: 5, streamIdleMs: 1_000 };
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is none while messages pass, either way", async () => {
    const { call } = makeStream([1, 2, 3]);
    let ended = false;
    const work = deadline(short, clock)(call(), async ({ stream }) => {
      for await (const message of stream?.requests ?? []) {
        await vi.advanceTimersByTimeAsync(900);
        await stream?.send(message);
        await vi.advanceTimersByTimeAsync(900);
      }
      ended = true;
    });
    await work;
    expect(ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("comes when none passes for too long", async () => {
    const { call } = makeStream([1]);
    const work = deadline(short, clock)(call(), async (inner) => {
      await echo(inner);
      await never();
    });
    const ended = work.catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await ended).toMatchObject({ status: "DEADLINE_EXCEEDED" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is the caller's own, and not cut, however far it lies", async () => {
    const patient = { ...short, streamIdleMs: 2 ** 31 - 1 };
    const { call } = makeStream([]);
    const own = deadline(patient, clock)(call({ deadlineMs: 1_000_000 + 600_000 }), never);
    const ended = own.catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(599_999);
    expect(vi.getTimerCount()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(await ended).toMatchObject({ status: "DEADLINE_EXCEEDED" });
    // Beyond what a timer of Node can hold, which would fire at once.
    const far = deadline(patient, clock)(call({ deadlineMs: 9e15 }), echo);
    expect(vi.getTimerCount()).toBe(1);
    await far;
  });
});

describe("deadline() of a lengthy stream", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("ends it after an hour, however busy it is and however late its caller's own is", async () => {
    const method = { ...identifyMethod, lengthy: true };
    const { call } = makeStream([]);
    const busy = deadline({ defaultMs: 5, maxMs: 5 }, clock)(
      call({ method, deadlineMs: 9e15 }),
      async ({ stream, signal }) => {
        while (!signal.aborted) {
          await stream?.send("part");
          await vi.advanceTimersByTimeAsync(LENGTHY_MS_MAX / 60);
        }
      },
    );
    await expect(busy).rejects.toMatchObject({ status: "DEADLINE_EXCEEDED" });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("drainStreams()", () => {
  it("ends the requests of a stream that would go on, and then the stream", async () => {
    const draining = new AbortController();
    const { call, sent } = makeStream([1, 2, 3]);
    const work = drainStreams(draining.signal)(call(), async ({ stream }) => {
      for await (const message of stream?.requests ?? []) {
        await stream?.send(message);
        if (message === 2) draining.abort();
      }
    });
    await expect(work).rejects.toMatchObject({ status: "UNAVAILABLE", reason: "SHUTTING_DOWN" });
    expect(sent).toEqual([1, 2]);
  });

  it("leaves one whose caller had sent everything, and every other call, alone", async () => {
    const draining = new AbortController();
    const step = drainStreams(draining.signal);
    const { call, sent } = makeStream([1, 2]);
    await step(call(), async (inner) => {
      await echo(inner);
      draining.abort();
    });
    expect(sent).toEqual([1, 2]);
    expect(await step(makeCall(), async () => "answer")).toBe("answer");
  });
});

describe("authorise() of a stream", () => {
  const camera = { name: "c", role: "camera", cameraId: "gate-1", address: "::1" } as const;

  it.each(["unary", "bidi"] as const)(
    "leaves the cameras to a handler that judges them, and judges the act (%s)",
    async (kind) => {
      const method = { ...identifyMethod, kind, judgesCameras: true };
      const { call } = makeStream([{ queries: [] }]);
      const made = (caller: Caller) =>
        kind === "bidi"
          ? call({ caller, method })
          : makeCall({ caller, method, request: { queries: [] } });
      const camera = { name: "c", role: "camera", cameraId: "gate-1", address: "::1" } as const;
      let reached = 0;
      const next = async () => {
        reached += 1;
      };
      await authorise(made(camera), next);
      expect(reached).toBe(1);
      const other = { ...camera, role: "enroller", cameraId: null } as const;
      await expect(authorise(made(other), next)).rejects.toMatchObject({
        reason: "ROLE_NOT_ALLOWED",
      });
      expect(reached).toBe(1);
    },
  );

  it("judges the act when it opens, and the camera of every message", async () => {
    const messages = [{ cameraId: "gate-1" }, { cameraId: "gate-2" }, { cameraId: "gate-1" }];
    const { call, sent } = makeStream(messages);
    const work = authorise(call({ caller: camera }), echo);
    await expect(work).rejects.toMatchObject({ reason: "CAMERA_NOT_CALLERS" });
    expect(sent).toEqual([{ cameraId: "gate-1" }]);
    const method: Method = { ...identifyMethod, kind: "bidi", act: "enrol" };
    const refused = authorise(call({ caller: camera, method }), never);
    await expect(refused).rejects.toMatchObject({ reason: "ROLE_NOT_ALLOWED" });
  });
});

import { pino } from "pino";
import { describe, expect, it, vi } from "vitest";
import { AuditError } from "../../src/audit/audit-error.js";
import { CordonError } from "../../src/base/errors.js";
import { StoreError } from "../../src/store/store-error.js";
import { createMetrics } from "../../src/telemetry/metrics.js";
import { type Call, pipe } from "../../src/transport/call.js";
import { admit } from "../../src/transport/interceptors/admit.js";
import { authenticate } from "../../src/transport/interceptors/authenticate.js";
import { authorise } from "../../src/transport/interceptors/authorise.js";
import { deadline, LENGTHY_MS_MAX } from "../../src/transport/interceptors/deadline.js";
import { observe } from "../../src/transport/interceptors/observe.js";
import { clock, echo, identifyMethod, limits, makeCall, makeStream, never } from "./calls.js";

describe("pipe()", () => {
  it("runs the interceptors in order around the handler", async () => {
    const seen: string[] = [];
    const step = (name: string) => async (call: Call, next: (call: Call) => Promise<unknown>) => {
      seen.push(`${name} in`);
      const answer = await next(call);
      seen.push(`${name} out`);
      return answer;
    };
    await pipe([step("a"), step("b")], async () => seen.push("handler"))(makeCall());
    expect(seen).toEqual(["a in", "b in", "handler", "b out", "a out"]);
  });
});

describe("deadline()", () => {
  it("ends a call whose time has passed before it begins", async () => {
    let begun = false;
    const late = deadline(limits, clock)(makeCall({ deadlineMs: 999_999 }), async () => {
      begun = true;
    });
    await expect(late).rejects.toMatchObject({ status: "DEADLINE_EXCEEDED" });
    expect(begun).toBe(false);
  });

  it("ends a call that takes longer than its deadline, and aborts its signal", async () => {
    let signal: AbortSignal | undefined;
    const slow = deadline(limits, clock)(makeCall({ deadlineMs: 1_000_005 }), (call) => {
      signal = call.signal;
      return never();
    });
    await expect(slow).rejects.toMatchObject({ status: "DEADLINE_EXCEEDED" });
    expect(signal?.aborted).toBe(true);
  });

  it("gives a call without a deadline the default, and cuts a longer one", async () => {
    const short = { defaultMs: 5, maxMs: 5 };
    await expect(deadline(short, clock)(makeCall(), never)).rejects.toMatchObject({
      status: "DEADLINE_EXCEEDED",
    });
    const far = makeCall({ deadlineMs: 9e15 });
    await expect(deadline(short, clock)(far, never)).rejects.toMatchObject({
      status: "DEADLINE_EXCEEDED",
    });
  });

  it("ends a call whose caller is gone with CANCELLED", async () => {
    const gone = new AbortController();
    const call = deadline(limits, clock)(makeCall({ signal: gone.signal }), never);
    gone.abort();
    await expect(call).rejects.toMatchObject({ status: "CANCELLED" });
  });
});

describe("deadline() of a lengthy call", () => {
  const method = { ...identifyMethod, lengthy: true };
  const short = { defaultMs: 5, maxMs: 5 };

  it("is an hour unless the caller asks for less", async () => {
    vi.useFakeTimers();
    try {
      const lengthy = deadline(short, clock)(makeCall({ method }), never);
      const ended = lengthy.catch((thrown: unknown) => thrown);
      expect(vi.getTimerCount()).toBe(1);
      await vi.advanceTimersByTimeAsync(LENGTHY_MS_MAX - 1);
      expect(vi.getTimerCount()).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(await ended).toMatchObject({ status: "DEADLINE_EXCEEDED" });
    } finally {
      vi.useRealTimers();
    }
    const asked = makeCall({ method, deadlineMs: 1_000_005 });
    await expect(deadline(short, clock)(asked, never)).rejects.toMatchObject({
      status: "DEADLINE_EXCEEDED",
    });
  });
});

describe("admit()", () => {
  const one = { callsMax: 1, streamsMax: 2, streamsPerPeerMax: 1 };

  it("counts streams apart from calls, in all and by address, and says when to come back", async () => {
    const gate = admit(one, () => false);
    let finish: (value: unknown) => void = () => undefined;
    const open = (address: string, next: () => Promise<unknown> = never) =>
      gate(makeStream([]).call({ address }), next);
    const first = open("10.0.0.1", () => new Promise((resolve) => (finish = resolve)));
    const full = { status: "RESOURCE_EXHAUSTED", reason: "QUEUE_FULL", retryAfterMs: 5_000 };
    await expect(open("10.0.0.1")).rejects.toMatchObject(full);
    expect(await gate(makeCall(), async () => "a call")).toBe("a call");
    void open("10.0.0.2");
    await expect(open("10.0.0.3")).rejects.toMatchObject(full);
    finish("done");
    await first;
    expect(await open("10.0.0.1", async () => "again")).toBe("again");
  });

  it("turns the call above the limit away at once, and lets the next in when one is done", async () => {
    const gate = admit(one, () => false);
    let finish: (value: unknown) => void = () => undefined;
    const first = gate(makeCall(), () => new Promise((resolve) => (finish = resolve)));
    await expect(gate(makeCall(), never)).rejects.toMatchObject({
      status: "RESOURCE_EXHAUSTED",
      reason: "QUEUE_FULL",
      retryAfterMs: 100,
    });
    finish("done");
    expect(await first).toBe("done");
    expect(await gate(makeCall(), async () => "next")).toBe("next");
  });

  it("frees its place when a call fails", async () => {
    const gate = admit(one, () => false);
    await expect(gate(makeCall(), () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    expect(await gate(makeCall(), async () => "next")).toBe("next");
  });

  it("turns every call away while the server drains", async () => {
    await expect(admit(one, () => true)(makeCall(), never)).rejects.toMatchObject({
      status: "UNAVAILABLE",
      reason: "SHUTTING_DOWN",
    });
  });
});

describe("authenticate() and authorise()", () => {
  const camera = { name: "c", role: "camera", cameraId: "gate-1", address: "::1" } as const;

  it("hands on the caller that the credentials belong to", async () => {
    const step = authenticate(() => ({ ok: true, caller: camera }));
    expect(await step(makeCall(), async (call) => call.caller)).toEqual(camera);
  });

  it("ends a call whose credentials are not known", async () => {
    const reason = "CREDENTIALS_INVALID" as const;
    const step = authenticate(() => ({ ok: false, reason, message: "no" }));
    await expect(step(makeCall(), never)).rejects.toMatchObject({ status: "UNAUTHENTICATED" });
  });

  it("keeps a camera to its own id and its own act", async () => {
    const handler = async () => "answer";
    expect(await authorise(makeCall({ caller: camera }), handler)).toBe("answer");
    const other = makeCall({ caller: camera, request: { cameraId: "gate-2" } });
    await expect(authorise(other, handler)).rejects.toMatchObject({ reason: "CAMERA_NOT_CALLERS" });
    const method = {
      ...identifyMethod,
      name: "ZoneService/CloseZone",
      act: "manage-zones",
    } as const;
    await expect(authorise(makeCall({ caller: camera, method }), handler)).rejects.toMatchObject({
      status: "PERMISSION_DENIED",
      reason: "ROLE_NOT_ALLOWED",
    });
  });
});

describe("observe()", () => {
  const silent = pino({ level: "silent" });

  it("counts the messages of a stream both ways", async () => {
    const metrics = createMetrics();
    const { call } = makeStream([1, 2, 3]);
    await observe(metrics, silent)(call(), async (inner) => {
      await echo(inner);
      await inner.stream?.send("one more");
    });
    const text = await metrics.registry.metrics();
    metrics.stop();
    expect(text).toMatch(/cordon_stream_messages_total\{.*direction="in"\} 3/);
    expect(text).toMatch(/cordon_stream_messages_total\{.*direction="out"\} 4/);
  });

  it.each([
    new StoreError("WRITE_FAILED", "ENOSPC: /secret/path"),
    new AuditError("WRITE_FAILED", "ENOSPC: /secret/path"),
  ])("makes a failed write of the disk UNAVAILABLE, and logs it: %s", async (cause) => {
    const metrics = createMetrics();
    const lines: string[] = [];
    const log = pino({ level: "error" }, { write: (line: string) => void lines.push(line) });
    const failing = observe(metrics, log)(makeCall(), () => Promise.reject(cause));
    const error = (await failing.catch((thrown: unknown) => thrown)) as CordonError;
    metrics.stop();
    expect(error).toMatchObject({ status: "UNAVAILABLE", reason: "STORAGE_FAILED" });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.message).not.toContain("secret");
    expect(lines.join()).toContain("ENOSPC");
  });

  it("leaves other faults of the store what they are", async () => {
    const metrics = createMetrics();
    const cause = new StoreError("CORRUPT", "a bad page");
    const failing = observe(metrics, silent)(makeCall(), () => Promise.reject(cause));
    await expect(failing).rejects.toMatchObject({ status: "INTERNAL" });
    metrics.stop();
  });

  it("counts answers and errors by method, status and reason", async () => {
    const metrics = createMetrics();
    const step = observe(metrics, silent);
    await step(makeCall(), async () => "answer");
    const error = new CordonError({ status: "NOT_FOUND", reason: "NOT_FOUND", message: "m" });
    await expect(step(makeCall(), () => Promise.reject(error))).rejects.toBe(error);
    const text = await metrics.registry.metrics();
    metrics.stop();
    expect(text).toContain('cordon_call_seconds_count{method="IdentificationService/Identify"');
    expect(text).toMatch(/cordon_errors_total\{.*reason="NOT_FOUND"\} 1/);
    expect(text).toMatch(/cordon_calls_in_flight 0/);
  });

  it("hides the cause of a fault from the caller", async () => {
    const metrics = createMetrics();
    const failing = observe(metrics, silent)(makeCall(), () =>
      Promise.reject(new Error("/secret/path is not readable")),
    );
    const error = (await failing.catch((thrown: unknown) => thrown)) as CordonError;
    metrics.stop();
    expect(error).toMatchObject({ status: "INTERNAL", reason: "INTERNAL" });
    expect(error.message).not.toContain("secret");
  });
});

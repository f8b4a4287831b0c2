import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import { createMetrics } from "../../src/telemetry/metrics.js";
import { type Call, type Method, pipe } from "../../src/transport/call.js";
import { admit } from "../../src/transport/interceptors/admit.js";
import { authenticate } from "../../src/transport/interceptors/authenticate.js";
import { authorise } from "../../src/transport/interceptors/authorise.js";
import { deadline } from "../../src/transport/interceptors/deadline.js";
import { observe } from "../../src/transport/interceptors/observe.js";

const clock = { nowMs: () => 1_000_000 };
const limits = { defaultMs: 60_000, maxMs: 60_000 };

const identifyMethod: Method = {
  name: "IdentificationService/Identify",
  act: "identify",
  kind: "unary",
  lengthy: false,
};

function makeCall(more: Partial<Call> = {}): Call {
  return {
    method: identifyMethod,
    request: { cameraId: "gate-1" },
    stream: null,
    header: () => undefined,
    address: "127.0.0.1",
    deadlineMs: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    caller: null,
    ...more,
  };
}
const never = () => new Promise<never>(() => undefined);

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

describe("admit()", () => {
  it("turns the call above the limit away at once, and lets the next in when one is done", async () => {
    const gate = admit(1, () => false);
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
    const gate = admit(1, () => false);
    await expect(gate(makeCall(), () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    expect(await gate(makeCall(), async () => "next")).toBe("next");
  });

  it("turns every call away while the server drains", async () => {
    await expect(admit(9, () => true)(makeCall(), never)).rejects.toMatchObject({
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

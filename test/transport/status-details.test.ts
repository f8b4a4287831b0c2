import { describe, expect, it } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import {
  decodeStatusDetails,
  encodeStatusDetails,
  OMITTED_KEY,
  STATUS_DETAILS_BYTES_MAX,
} from "../../src/transport/status-details.js";

const violation = (n: number) => ({
  type: "SIGNAGE_MISSING",
  subject: `zone/gate-4/entrance/east-${n}`,
  description: "Art. 13: 入口没有显著提示标识. Record a sign at this entrance.",
});

describe("status details", () => {
  it("come back as they went, every kind together", () => {
    const error = new CordonError({
      status: "FAILED_PRECONDITION",
      reason: "SIGNAGE_MISSING",
      message: "Refused.",
      violations: [violation(1), violation(2)],
      fields: [{ field: "sources[2].image", description: "is empty" }],
      metadata: { resource: "zone/gate-4" },
      retryAfterMs: 1234.5,
    });
    expect(decodeStatusDetails(encodeStatusDetails(error))).toEqual({
      code: 9,
      message: "Refused.",
      reason: "SIGNAGE_MISSING",
      domain: "cordon",
      metadata: { resource: "zone/gate-4" },
      violations: [violation(1), violation(2)],
      fields: [{ field: "sources[2].image", description: "is empty" }],
      retryAfterMs: 1234.5,
    });
  });

  it("of a bare error have a reason and nothing else", () => {
    const error = new CordonError({ status: "INTERNAL", reason: "INTERNAL", message: "Broken." });
    expect(decodeStatusDetails(encodeStatusDetails(error))).toMatchObject({
      code: 13,
      reason: "INTERNAL",
      violations: [],
      fields: [],
      metadata: {},
      retryAfterMs: undefined,
    });
  });

  it("are the bytes that the public google.rpc definitions describe", () => {
    const error = new CordonError({ status: "NOT_FOUND", reason: "NOT_FOUND", message: "no" });
    const info = Buffer.from("\x0a\x09NOT_FOUND\x12\x06cordon");
    const url = Buffer.from("type.googleapis.com/google.rpc.ErrorInfo");
    const any = Buffer.concat([
      Buffer.from([0x0a, url.length]),
      url,
      Buffer.from([0x12, info.length]),
      info,
    ]);
    const status = Buffer.concat([
      Buffer.from([0x08, 5, 0x12, 2]),
      Buffer.from("no"),
      Buffer.from([0x1a, any.length]),
      any,
    ]);
    expect(encodeStatusDetails(error)).toEqual(status);
  });

  it("never outgrow the limit, and say how many violations were left out", () => {
    const violations = Array.from({ length: 1000 }, (_, n) => violation(n));
    const error = new CordonError({
      status: "FAILED_PRECONDITION",
      reason: "SIGNAGE_MISSING",
      message: "m".repeat(100_000),
      violations,
      fields: [{ field: "a", description: "b" }],
    });
    const bytes = encodeStatusDetails(error);
    expect(bytes.length).toBeLessThanOrEqual(STATUS_DETAILS_BYTES_MAX);
    const decoded = decodeStatusDetails(bytes);
    expect(decoded?.violations.length).toBeGreaterThan(10);
    expect(Number(decoded?.metadata[OMITTED_KEY])).toBe(1001 - (decoded?.violations.length ?? 0));
  });

  it("that are malformed give null and no exception", () => {
    expect(decodeStatusDetails(Buffer.from([0xff, 0xff, 0xff]))).toBeNull();
    expect(decodeStatusDetails(Buffer.alloc(0))).toMatchObject({ code: 0, reason: "" });
  });
});

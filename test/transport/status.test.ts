import { describe, expect, it } from "vitest";
import { CordonError } from "../../src/base/errors.js";
import { toStatusObject } from "../../src/transport/status.js";

const statusOf = (message: string) =>
  toStatusObject(new CordonError({ status: "NOT_FOUND", reason: "NOT_FOUND", message }));

describe("toStatusObject()", () => {
  it("keeps an ordinary message", () => {
    expect(statusOf("There is no zone.").details).toBe("There is no zone.");
  });

  it.each(["a", "é", "广", "😀", "%", "\n"])(
    "cuts a message of a million %j to a header's size",
    (c) => {
      const { details = "" } = statusOf(c.repeat(1_000_000));
      expect(encodeURIComponent(details).length).toBeLessThanOrEqual(1003);
      expect(details).toMatch(/\.\.\.$/);
    },
  );
});

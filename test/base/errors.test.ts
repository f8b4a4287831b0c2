import { describe, expect, it } from "vitest";
import { AuditError } from "../../src/audit/audit-error.js";
import { toCordonError } from "../../src/base/errors.js";
import { StoreError } from "../../src/store/store-error.js";

const path = "/var/lib/secret/cordon.db";
const store = (code: ConstructorParameters<typeof StoreError>[0]) => new StoreError(code, path);
const audit = (code: ConstructorParameters<typeof AuditError>[0]) => new AuditError(code, path);

describe("what a fault of the server's storage is for whoever calls", () => {
  it.each([
    [store("WRITE_FAILED"), "UNAVAILABLE", "STORAGE_FAILED", /free space/],
    [store("UNUSABLE_PATH"), "UNAVAILABLE", "STORAGE_FAILED", /may be written/],
    [store("THREAD_FAILED"), "UNAVAILABLE", "STORAGE_FAILED", /Restart the server/],
    [store("CLOSED"), "UNAVAILABLE", "SHUTTING_DOWN", /Try again after its restart/],
    [store("CORRUPT"), "INTERNAL", "STORAGE_DAMAGED", /restore the latest back-up/],
    [audit("WRITE_FAILED"), "UNAVAILABLE", "STORAGE_FAILED", /free space/],
    [audit("BROKEN"), "INTERNAL", "STORAGE_DAMAGED", /cordon audit verify/],
    [audit("CLOSED"), "UNAVAILABLE", "SHUTTING_DOWN", /restart/],
  ])("%s: %s %s", (thrown, status, reason, remedy) => {
    const error = toCordonError(thrown);
    expect(error).toMatchObject({ status, reason, cause: thrown });
    expect(error.message).toMatch(remedy);
    expect(error.message).not.toContain("secret");
  });

  it("is told as INTERNAL, and no more, of a bug", () => {
    const named = Object.assign(new Error("secret"), { name: "constructor", code: "name" });
    for (const thrown of [store("RECORD_INVALID"), named, new Error("secret"), "secret", null]) {
      const error = toCordonError(thrown);
      expect(error).toMatchObject({ status: "INTERNAL", reason: "INTERNAL" });
      expect(error.message).not.toContain("secret");
    }
  });
});

import { describe, expect, it } from "vitest";
import { mintPermit, type Permit, permitFault, requirePermit } from "../../src/base/permit.js";

const scope = {
  act: "identify",
  zoneId: "plaza",
  cameraId: "gate-1",
  galleryIds: ["watch"],
  purpose: "PUBLIC_SAFETY",
  expiresAtMs: 1000,
} as const;

describe("a permit", () => {
  it("is good until it expires, for its galleries", () => {
    const permit = mintPermit(scope);
    expect(permitFault(permit, 1000, "watch")).toBeNull();
    expect(permitFault(permit, 1001, "watch")).toBe("EXPIRED");
    expect(permitFault(permit, 0, "other")).toBe("OTHER_GALLERY");
  });

  it("cannot be written by hand, copied or changed", () => {
    const permit = mintPermit(scope);
    expect(permitFault(scope as unknown as Permit, 0)).toBe("FORGED");
    expect(permitFault({ ...permit }, 0)).toBe("FORGED");
    expect(permitFault(Object.create(permit) as Permit, 0)).toBe("FORGED");
    expect(permitFault(null as unknown as Permit, 0)).toBe("FORGED");
    expect(permit.constructor).toBe(Object);
    expect(() => requirePermit(JSON.parse(JSON.stringify(permit)), 0)).toThrow("FORGED");
    expect(() => Object.assign(permit, { expiresAtMs: 9e15 })).toThrow();
    expect(() => (permit.galleryIds as string[]).push("other")).toThrow();
  });

  it("does not change with what it was made of", () => {
    const galleryIds = ["watch"];
    const permit = mintPermit({ ...scope, galleryIds });
    galleryIds.push("other");
    expect(permitFault(permit, 0, "other")).toBe("OTHER_GALLERY");
  });
});

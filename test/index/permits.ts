import type { Clock } from "../../src/base/clock.js";
import { mintPermit, type Permit } from "../../src/base/permit.js";

export const testNowMs = 1_800_000_000_000;
export const testClock: Clock = { nowMs: () => testNowMs };

/** A good permit for these galleries, alive for a second. */
export function permitFor(...galleryIds: readonly string[]): Permit {
  return mintPermit({
    act: "identify",
    zoneId: "gate",
    cameraId: "gate-1",
    galleryIds,
    purpose: "PUBLIC_SAFETY",
    expiresAtMs: testNowMs + 1_000,
  });
}

/** A good permit for an enrolment, alive for a second. */
export function enrolPermit(): Permit {
  return mintPermit({
    act: "enrol",
    zoneId: "",
    cameraId: "",
    galleryIds: [],
    purpose: "PUBLIC_SAFETY",
    expiresAtMs: testNowMs + 1_000,
  });
}

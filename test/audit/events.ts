import type { AuditEvent } from "../../src/audit/audit.js";

/** An event for tests of the audit log. */
export function anEvent(details: AuditEvent["details"] = {}): AuditEvent {
  return {
    act: "identify",
    actor: { name: "nvr-1", role: "camera", address: "10.0.0.7" },
    details,
  };
}

export const fixedClock = { nowMs: () => 1_750_000_000_000 };

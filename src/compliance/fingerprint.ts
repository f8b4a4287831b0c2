import { createHash } from "node:crypto";
import type { Operator, Zone } from "../store/records.js";

/**
 * SHA-256, lower-case hex, of what a notice tells about a zone (Art. 5, items 1 to 3): who
 * processes, for what, how, why that is necessary, and for how long faces are kept. A notice whose
 * fingerprint differs from this one no longer tells the truth.
 * @param operator null while none is on record
 */
export function noticeFingerprint(
  zone: Pick<Zone, "purpose" | "method" | "necessity" | "retentionDaysMax">,
  operator: Operator | null,
): string {
  return digest("notice", [
    operator?.name ?? null,
    operator?.contact ?? null,
    zone.purpose,
    zone.method,
    zone.necessity,
    zone.retentionDaysMax,
  ]);
}

/**
 * SHA-256, lower-case hex, of what an impact assessment covers of a zone (Art. 9): its purpose and
 * its method. A change of either calls for a new assessment.
 */
export function assessmentFingerprint(zone: Pick<Zone, "purpose" | "method">): string {
  return digest("assessment", [zone.purpose, zone.method]);
}

/**
 * JSON of a list is canonical: its order is given, and quotes keep the parts apart. Stored, so a
 * change of this form makes every notice and assessment outdated.
 */
function digest(kind: string, parts: readonly (string | number | null)[]): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, ...parts]))
    .digest("hex");
}

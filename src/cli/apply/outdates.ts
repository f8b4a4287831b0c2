import { assessmentFingerprint, noticeFingerprint } from "../../compliance/fingerprint.js";
import type { Current } from "./current.js";
import type { Expected } from "./expected.js";
import { zoneFound } from "./zone-after.js";

/** What a run changes of a zone that is there. */
export interface Outdates {
  /** What notices tell of it. */
  readonly notices: boolean;
  /** What assessments cover of it. */
  readonly assessments: boolean;
}

/** What the documents outdate in a zone; nothing where they make it, or are at fault. */
export async function outdates(
  zoneId: string,
  current: Current,
  expected: Expected,
): Promise<Outdates> {
  const found = await current.zone(zoneId);
  const before = found && zoneFound(found, expected.nowMs);
  const after = await expected.zone(zoneId);
  if (before === null || typeof after === "string") return { notices: false, assessments: false };
  return {
    notices: noticeFingerprint(before, null) !== noticeFingerprint(after.zone, null),
    assessments: assessmentFingerprint(before) !== assessmentFingerprint(after.zone),
  };
}

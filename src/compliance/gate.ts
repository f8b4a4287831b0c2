import { mintPermit, type Permit } from "../base/permit.js";
import type { LawfulBasis } from "../store/records.js";
import type { Facts } from "./facts.js";
import { settledBasis } from "./rules/enrolment.js";
import type { Enrolment, IdentifyQuery, Rule } from "./rules/rule.js";
import { enrolRules, identifyRules } from "./rules/table.js";
import { type Refusal, satisfied, type Violation } from "./violation.js";

/**
 * How long a permit lasts: long enough for a probe that waits in the queues, short enough that
 * no one keeps one.
 */
export const PERMIT_LIFETIME_MS = 30_000;

interface Refused {
  readonly permitted: false;
  readonly refusal: Refusal;
}

export type GateDecision = { readonly permitted: true; readonly permit: Permit } | Refused;

/** A permitted enrolment comes with its lawful basis and deadline, now known to be complete. */
export type EnrolDecision =
  | {
      readonly permitted: true;
      readonly permit: Permit;
      readonly lawfulBasis: LawfulBasis;
      readonly retentionDeadlineMs: number;
    }
  | Refused;

/**
 * Decides whether one query is lawful here and now. Pure, without I/O; the permit is bound to the
 * query's zone, camera, gallery and purpose, and never outlives the zone's validity.
 * @param nowMs milliseconds since the epoch
 */
export function decideIdentify(facts: Facts, query: IdentifyQuery, nowMs: number): GateDecision {
  const violations = run(identifyRules, facts, query, nowMs);
  if (violations.length > 0) {
    return { permitted: false, refusal: { act: "identify", violations } };
  }
  const validUntilMs = facts.zone(query.zoneId)?.zone.validUntilMs ?? nowMs;
  const permit = mintPermit({
    act: "identify",
    zoneId: query.zoneId,
    cameraId: query.cameraId,
    galleryIds: [query.galleryId],
    purpose: query.purpose,
    expiresAtMs: Math.min(nowMs + PERMIT_LIFETIME_MS, validUntilMs - 1),
  });
  return { permitted: true, permit };
}

/** Decides whether one person may be enrolled. Pure, without I/O. */
export function decideEnrol(facts: Facts, enrolment: Enrolment, nowMs: number): EnrolDecision {
  const violations = run(enrolRules, facts, enrolment, nowMs);
  if (violations.length > 0) {
    return { permitted: false, refusal: { act: "enrol", violations } };
  }
  const lawfulBasis = settledBasis(enrolment.lawfulBasis);
  const { retentionDeadlineMs } = enrolment;
  if (lawfulBasis === null || retentionDeadlineMs === null) {
    throw new Error("the rules let an incomplete enrolment through");
  }
  const permit = mintPermit({
    act: "enrol",
    zoneId: "",
    cameraId: "",
    galleryIds: enrolment.galleryIds,
    purpose: enrolment.purpose,
    expiresAtMs: nowMs + PERMIT_LIFETIME_MS,
  });
  return { permitted: true, permit, lawfulBasis, retentionDeadlineMs };
}

function run<Query>(
  rules: readonly Rule<Query>[],
  facts: Facts,
  query: Query,
  nowMs: number,
): readonly Violation[] {
  let all: readonly Violation[] = satisfied;
  for (const rule of rules) {
    const found = rule.check(facts, query, nowMs);
    if (found.length > 0) all = all.length === 0 ? found : [...all, ...found];
  }
  return all;
}

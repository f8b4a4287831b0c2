import { mintPermit, type Permit } from "../base/permit.js";
import type { LawfulBasis } from "../store/person-records.js";
import {
  type Clearance,
  type Clearances,
  createClearances,
  findClearance,
  keepClearance,
  keepZoneClearance,
  zoneClearedUntilMs,
} from "./clearances.js";
import type { Facts, ZoneFact } from "./facts.js";
import { settledBasis } from "./rules/enrolment.js";
import { fixFindings } from "./rules/fix.js";
import type { Enrolment, IdentifyQuery, Rule } from "./rules/rule.js";
import {
  enrolRules,
  galleryRules,
  momentaryRules,
  peerRules,
  queryRules,
  zoneRules,
} from "./rules/table.js";
import { type Finding, nothing, type Refusal, type Violation, violationsIn } from "./violation.js";

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
 * Decides whether one query is lawful here and now. Without I/O, and pure but for the zone's book of
 * clearances, which spares the rules that stand until a fact changes or the clock ends them. The
 * permit is bound to the query's zone, camera, gallery and purpose, and never outlives a fact.
 * @param nowMs milliseconds since the epoch
 */
export function decideIdentify(facts: Facts, query: IdentifyQuery, nowMs: number): GateDecision {
  const fact = facts.zone(query.zoneId);
  const cleared = fact === undefined ? null : findClearance(fact.clearances, query, nowMs);
  return fact === undefined || cleared === null
    ? decideAnew(facts, fact?.clearances ?? createClearances(), query, nowMs)
    : decideCleared(facts, fact, cleared, query, nowMs);
}

/** Runs every rule, but for those about a zone that is known to be in order. */
function decideAnew(
  facts: Facts,
  clearances: Clearances,
  query: IdentifyQuery,
  nowMs: number,
): GateDecision {
  const clearedUntilMs = zoneClearedUntilMs(clearances, query.purpose, nowMs);
  const zoneCleared = clearedUntilMs > nowMs;
  const ofZone = zoneCleared ? nothing : run(zoneRules, facts, query, nowMs);
  const ofQuery = run(queryRules, facts, query, nowMs);
  const momentary = run(momentaryRules, facts, query, nowMs);
  const violations = violationsIn(ofZone.concat(ofQuery, momentary));
  if (violations.length > 0) return refused(violations);
  const zoneUntilMs = zoneCleared ? clearedUntilMs : earliestEnd(ofZone);
  const untilMs = Math.min(zoneUntilMs, earliestEnd(ofQuery));
  const mobile = facts.camera(query.cameraId)?.position === null;
  if (!zoneCleared) keepZoneClearance(clearances, query.purpose, nowMs, zoneUntilMs);
  keepClearance(clearances, query, { sinceMs: nowMs, untilMs, mobile });
  return permitted(query, nowMs, untilMs);
}

/**
 * Runs what a clearance leaves open: the rules about the caller and the gallery where these are
 * others, and the momentary ones, without looking up anything.
 */
function decideCleared(
  facts: Facts,
  fact: ZoneFact,
  cleared: Clearance,
  query: IdentifyQuery,
  nowMs: number,
): GateDecision {
  const { cameraId, cameraFix, galleryId, peerAddress } = query;
  const samePeer = cleared.peerAddress === peerAddress;
  const sameGallery = cleared.galleryId === galleryId;
  const ofPeer = samePeer ? nothing : run(peerRules, facts, query, nowMs);
  const ofGallery = sameGallery ? nothing : run(galleryRules, facts, query, nowMs);
  const momentary = cleared.mobile ? fixFindings(cameraId, fact, cameraFix, nowMs) : nothing;
  if (samePeer && sameGallery && momentary.length === 0) {
    return permitted(query, nowMs, cleared.untilMs);
  }
  const findings = ofPeer.concat(ofGallery, momentary);
  const violations = violationsIn(findings);
  if (violations.length > 0) return refused(violations);
  const untilMs = Math.min(cleared.untilMs, earliestEnd(findings));
  keepClearance(fact.clearances, query, { sinceMs: nowMs, untilMs, mobile: cleared.mobile });
  return permitted(query, nowMs, untilMs);
}

function refused(violations: readonly Violation[]): Refused {
  return { permitted: false, refusal: { act: "identify", violations } };
}

function permitted(query: IdentifyQuery, nowMs: number, untilMs: number): GateDecision {
  return { permitted: true, permit: permitFor(query, nowMs, untilMs) };
}

function permitFor(query: IdentifyQuery, nowMs: number, untilMs: number): Permit {
  return mintPermit({
    act: "identify",
    zoneId: query.zoneId,
    cameraId: query.cameraId,
    galleryIds: [query.galleryId],
    purpose: query.purpose,
    expiresAtMs: permitEnd(nowMs, untilMs),
  });
}

/** A permit is still good at its last millisecond; a fact is not at its end. */
function permitEnd(nowMs: number, untilMs: number): number {
  return Math.min(nowMs + PERMIT_LIFETIME_MS, untilMs - 1);
}

/** Decides whether one person may be enrolled. Pure, without I/O. */
export function decideEnrol(facts: Facts, enrolment: Enrolment, nowMs: number): EnrolDecision {
  const findings = run(enrolRules, facts, enrolment, nowMs);
  const violations = violationsIn(findings);
  if (violations.length > 0) {
    return { permitted: false, refusal: { act: "enrol", violations } };
  }
  const lawfulBasis = settledBasis(enrolment.lawfulBasis, nowMs);
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
    expiresAtMs: permitEnd(nowMs, earliestEnd(findings)),
  });
  return { permitted: true, permit, lawfulBasis, retentionDeadlineMs };
}

function run<Query>(
  rules: readonly Rule<Query>[],
  facts: Facts,
  query: Query,
  nowMs: number,
): readonly Finding[] {
  let all: Finding[] | null = null;
  for (const rule of rules) {
    const found = rule.check(facts, query, nowMs);
    if (found.length === 0) continue;
    all ??= [];
    for (const finding of found) all.push(finding);
  }
  return all ?? nothing;
}

/** First instant at which one of the findings is no longer satisfied by the clock alone. */
function earliestEnd(findings: readonly Finding[]): number {
  return findings.reduce((earliest, { untilMs }) => Math.min(earliest, untilMs), Infinity);
}

import fc from "fast-check";
import { expect, it } from "vitest";
import { permitFault } from "../../src/base/permit.js";
import { checkZone } from "../../src/compliance/checklist.js";
import { createFacts } from "../../src/compliance/facts.js";
import { decideEnrol, decideIdentify } from "../../src/compliance/gate.js";
import { gateReasons } from "../../src/compliance/reasons.js";
import type { Enrolment, IdentifyQuery } from "../../src/compliance/rules/rule.js";
import type { Violation } from "../../src/compliance/violation.js";
import { moment } from "./gate/draws.js";
import { enrolLaw } from "./gate/enrol-law.js";
import { identifyLaw } from "./gate/law.js";
import { enrolment, lawfulQuery, query } from "./gate/questions.js";
import { endingStart, goodStart } from "./gate/start.js";
import { type Change, emptyTruth } from "./gate/truth.js";
import { change } from "./gate/worlds.js";

/*
 * The gate against a second table of the same law (gate/law.ts) over worlds that change between the
 * questions, so that what the gate remembers of one decision is tried on the next.
 */

/** What happens in a world: it changes, or somebody asks something at some moment. */
type Step =
  | { readonly change: Change }
  | { readonly query: IdentifyQuery; readonly nowMs: number }
  | { readonly enrolment: Enrolment; readonly nowMs: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  change.map((drawn) => ({ change: drawn })),
  // The same few lawful queries come again and again, as from real cameras.
  fc.record({ query: fc.oneof(lawfulQuery, query), nowMs: moment }),
  fc.record({ enrolment, nowMs: moment }),
);

const world = fc.record({
  good: fc.oneof({ arbitrary: fc.constant(true), weight: 3 }, fc.constant(false)),
  steps: fc.array(step, { minLength: 1, maxLength: 30 }),
});

/** Of several outdated ones, the law does not say which is to be named. */
function lineOf({ reason, subject }: Violation): string {
  const either = reason === "NOTICE_OUTDATED" || reason === "PIA_OUTDATED";
  return either ? reason : `${reason} ${subject}`;
}

const RUNS = 3_000;
const TIMEOUT_MS = 120_000;

it(
  "the gate and a second table of its rules agree on every world, question and clock",
  () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(world, ({ good, steps }) => {
        const [facts, truth] = [createFacts(), emptyTruth()];
        if (good) goodStart(facts, truth);
        for (const happens of steps) {
          if ("change" in happens) {
            happens.change(facts, truth);
            continue;
          }
          const { nowMs } = happens;
          const decision =
            "query" in happens
              ? decideIdentify(facts, happens.query, nowMs)
              : decideEnrol(facts, happens.enrolment, nowMs);
          const expected =
            "query" in happens
              ? identifyLaw(truth, happens.query, nowMs)
              : enrolLaw(truth, happens.enrolment, nowMs);
          const violations = decision.permitted ? [] : decision.refusal.violations;
          expect(violations.map(lineOf).sort()).toEqual(expected.sort());
          expect(decision.permitted).toBe(expected.length === 0);
          for (const { reason } of violations) count(reason);
          if (!decision.permitted) continue;
          count(`permitted ${"query" in happens ? happens.query.cameraId : "enrolment"}`);
          expect(permitFault(decision.permit, nowMs)).toBeNull();
        }
      }),
      { numRuns: RUNS },
    );
    // The rarest comes up about twenty times in a run, so that never is never luck.
    for (const reason of gateReasons) expect(seen.get(reason), reason).toBeGreaterThan(0);
    for (const who of ["c1", "m1", "enrolment"]) {
      expect(seen.get(`permitted ${who}`), who).toBeGreaterThan(50);
    }
  },
  TIMEOUT_MS,
);

it(
  "a permit ends no later than the first moment at which its query would be refused",
  () => {
    let ended = 0;
    fc.assert(
      fc.property(endingStart, lawfulQuery, moment, (start, asked, nowMs) => {
        const [facts, truth] = [createFacts(), emptyTruth()];
        start(facts, truth);
        const decision = decideIdentify(facts, asked, nowMs);
        if (!decision.permitted) return;
        for (let later = nowMs; later < nowMs + 15; later++) {
          // The fix of a mobile camera tells where the picture was taken, and does not lapse.
          const cameraFix = asked.cameraFix && { ...asked.cameraFix, fixedAtMs: later };
          const lawful = identifyLaw(truth, { ...asked, cameraFix }, later).length === 0;
          expect(permitFault(decision.permit, later) === null).toBe(lawful);
          if (!lawful) ended += 1;
          if (!lawful) break;
        }
      }),
      { numRuns: RUNS },
    );
    expect(ended).toBeGreaterThan(50);
  },
  TIMEOUT_MS,
);

it(
  "the checklist of a fixed camera is satisfied just when the gate permits it, and fails when it says",
  () => {
    let [satisfied, ended] = [0, 0];
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), query, moment, (changes, asked, nowMs) => {
        const [facts, truth] = [createFacts(), emptyTruth()];
        goodStart(facts, truth);
        for (const apply of changes) apply(facts, truth);
        const zone = facts.zone(asked.zoneId)?.zone;
        const mobile = facts.camera(asked.cameraId)?.position === null;
        if (zone === undefined || mobile) return;
        const own = { ...asked, purpose: zone.purpose, peerAddress: "::1" };
        const items = (at: number) =>
          checkZone(facts, { ...asked, withinDays: 0 }, at).items.filter(
            ({ reason }) => reason !== "EGRESS_NOT_PERMITTED",
          );
        const broken = items(nowMs).filter((item) => !item.satisfied);
        const decision = decideIdentify(facts, own, nowMs);
        const violations = decision.permitted ? [] : decision.refusal.violations;
        expect(broken).toMatchObject(violations);
        if (broken.length > 0) return;
        satisfied += 1;
        const ends = items(nowMs).map(({ satisfiedUntilMs }) => satisfiedUntilMs ?? Infinity);
        const end = Math.min(...ends);
        expect(decideIdentify(facts, own, end - 1).permitted).toBe(true);
        // Unless something else has begun to hold by then, such as a second assessment.
        const renewed = items(end).every((item) => item.satisfied);
        expect(decideIdentify(facts, own, end).permitted).toBe(renewed);
        if (!renewed) ended += 1;
      }),
      { numRuns: RUNS },
    );
    expect(satisfied).toBeGreaterThan(50);
    expect(ended).toBeGreaterThan(satisfied / 2);
  },
  TIMEOUT_MS,
);

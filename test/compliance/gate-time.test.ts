import { describe, expect, it } from "vitest";
import { permitFault } from "../../src/base/permit.js";
import type { FactsWriter } from "../../src/compliance/facts.js";
import { decideEnrol, decideIdentify, PERMIT_LIFETIME_MS } from "../../src/compliance/gate.js";
import type { IdentifyQuery } from "../../src/compliance/rules/rule.js";
import {
  alternative,
  assessmentFor,
  DAY_MS,
  egressBasis,
  enrolment,
  fix,
  identifyViolations,
  lawfulFacts,
  linesOf,
  NOW,
  plaza,
  query,
  signAt,
} from "./world.js";

/** A world in which nothing ends for a thousand days but what the row says. */
function lastingFacts(): FactsWriter {
  const facts = lawfulFacts();
  const lasting = NOW + 1000 * DAY_MS;
  facts.putZone({ ...plaza, validUntilMs: lasting });
  for (const entrance of ["east", "west"]) {
    facts.putSign({ ...signAt(entrance), inspectedAtMs: lasting });
  }
  facts.putRecord("assessment", { ...assessmentFor(plaza), validUntilMs: lasting });
  return facts;
}

interface Ending {
  readonly what: string;
  readonly line: string;
  readonly endMs: number;
  readonly change: (facts: FactsWriter) => void;
  readonly asked?: Partial<IdentifyQuery>;
}

const endings: readonly Ending[] = [
  {
    what: "a zone expires",
    line: "ZONE_EXPIRED zone/plaza",
    endMs: NOW + 40 * DAY_MS,
    change: (facts) => facts.putZone({ ...plaza, validUntilMs: NOW + 40 * DAY_MS }),
  },
  {
    what: "a sign becomes stale",
    line: "SIGNAGE_STALE zone/plaza/sign/sign-east",
    endMs: NOW + 89 * DAY_MS,
    change: (facts) => facts.putSign(signAt("east")),
  },
  {
    what: "an impact assessment runs out",
    line: "PIA_OUTDATED assessment/pia-1",
    endMs: NOW + 200 * DAY_MS,
    change: (facts) => facts.putRecord("assessment", assessmentFor(plaza)),
  },
  {
    what: "an egress basis runs out",
    line: "EGRESS_NOT_PERMITTED peer/203.0.113.9",
    endMs: NOW + 50 * DAY_MS,
    change: (facts) => facts.putRecord("egress", egressBasis),
    asked: { peerAddress: "203.0.113.9" },
  },
];

describe("time alone", () => {
  it.each(endings)("is enough: $what", ({ change, asked, endMs, line }) => {
    const facts = lastingFacts();
    change(facts);
    expect(identifyViolations(facts, asked)).toEqual([]);
    expect(identifyViolations(facts, asked, endMs - 1)).toEqual([]);
    expect(linesOf(identifyViolations(facts, asked, endMs))).toEqual([line]);
    // A clock that is set back is believed: the verdict is that of its instant.
    expect(identifyViolations(facts, asked, endMs - 1)).toEqual([]);
  });

  it.each(endings)("ends a permit too: $what", ({ change, asked, endMs }) => {
    const facts = lastingFacts();
    change(facts);
    // The second decision is made from what the first one found.
    for (let round = 0; round < 2; round++) {
      const decision = decideIdentify(facts, { ...query, ...asked }, endMs - 10);
      if (!decision.permitted) throw new Error("refused");
      expect(permitFault(decision.permit, endMs - 1)).toBeNull();
      expect(permitFault(decision.permit, endMs)).toBe("EXPIRED");
    }
  });

  it("brings in force what is dated ahead", () => {
    const facts = lawfulFacts();
    facts.putZone({ ...plaza, validFromMs: NOW + 5 });
    facts.putSign({ ...signAt("east"), installedAtMs: NOW + 5 });
    facts.putRecord("alternative", { ...alternative, availableFromMs: NOW + 5 });
    expect(linesOf(identifyViolations(facts, {}, NOW + 4))).toEqual([
      "ZONE_EXPIRED zone/plaza",
      "SIGNAGE_MISSING zone/plaza/entrance/east",
    ]);
    expect(identifyViolations(facts, {}, NOW + 5)).toEqual([]);
    expect(identifyViolations(facts, {}, NOW + 4)).toHaveLength(2);
  });

  it("makes a mobile camera's fix too old", () => {
    const facts = lawfulFacts();
    const asked = { cameraId: "m1", cameraFix: fix };
    expect(identifyViolations(facts, asked, NOW + 10_000)).toEqual([]);
    expect(linesOf(identifyViolations(facts, asked, NOW + 10_001))).toEqual([
      "CAMERA_POSITION_STALE camera/m1",
    ]);
  });
});

describe("a permit", () => {
  it("is bound to the query and ends after its lifetime", () => {
    const decision = decideIdentify(lawfulFacts(), query, NOW);
    if (!decision.permitted) throw new Error("refused");
    const { permit } = decision;
    expect(permit).toMatchObject({
      act: "identify",
      zoneId: "plaza",
      cameraId: "c1",
      galleryIds: ["wanted"],
      purpose: "PUBLIC_SAFETY",
      expiresAtMs: NOW + PERMIT_LIFETIME_MS,
    });
    expect(permitFault(permit, NOW, "wanted")).toBeNull();
    expect(permitFault(permit, NOW, "staff")).toBe("OTHER_GALLERY");
    expect(permitFault(permit, NOW + PERMIT_LIFETIME_MS + 1)).toBe("EXPIRED");
  });

  it("for an enrolment ends before the templates must be gone", () => {
    const retentionDeadlineMs = NOW + 10;
    const decision = decideEnrol(lawfulFacts(), { ...enrolment, retentionDeadlineMs }, NOW);
    if (!decision.permitted) throw new Error("refused");
    expect(decision.permit.expiresAtMs).toBe(NOW + 9);
  });
});

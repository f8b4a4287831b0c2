import { describe, expect, it } from "vitest";
import { permitFault } from "../../src/base/permit.js";
import type { FactsWriter } from "../../src/compliance/facts.js";
import { decideEnrol, decideIdentify, PERMIT_LIFETIME_MS } from "../../src/compliance/gate.js";
import type { GateReason } from "../../src/compliance/reasons.js";
import type { Enrolment, IdentifyQuery } from "../../src/compliance/rules/rule.js";
import type { Violation } from "../../src/compliance/violation.js";
import type { PlaceType, Purpose } from "../../src/store/records.js";
import {
  DAY_MS,
  enrolment,
  fixedCamera,
  inside,
  lawfulFacts,
  NOW,
  outside,
  plaza,
  query,
  signAt,
} from "./world.js";

function violationsOf(
  facts: FactsWriter,
  asked: Partial<IdentifyQuery> = {},
  nowMs = NOW,
): readonly Violation[] {
  const decision = decideIdentify(facts, { ...query, ...asked }, nowMs);
  return decision.permitted ? [] : decision.refusal.violations;
}

function enrolViolations(claimed: Partial<Enrolment>): readonly Violation[] {
  const decision = decideEnrol(lawfulFacts(), { ...enrolment, ...claimed }, NOW);
  return decision.permitted ? [] : decision.refusal.violations;
}

interface Wrong {
  readonly when: string;
  readonly reason: GateReason;
  readonly subject: string;
  readonly change?: (facts: FactsWriter) => void;
  readonly asked?: Partial<IdentifyQuery>;
  readonly nowMs?: number;
}

const identifyWrongs: readonly Wrong[] = [
  {
    when: "the zone is a draft",
    reason: "ZONE_NOT_REGISTERED",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, state: "DRAFT" }),
  },
  {
    when: "there is no such zone",
    reason: "ZONE_NOT_REGISTERED",
    subject: "zone/plaza",
    change: (facts) => facts.deleteZone("plaza"),
  },
  ...(["REGISTERED", "SUSPENDED", "CLOSED"] as const).map((state) => ({
    when: `the zone is ${state}`,
    reason: "ZONE_NOT_ACTIVE" as const,
    subject: "zone/plaza",
    change: (facts: FactsWriter) => facts.putZone({ ...plaza, state }),
  })),
  {
    when: "the zone's validity has ended",
    reason: "ZONE_EXPIRED",
    subject: "zone/plaza",
    nowMs: plaza.validUntilMs,
  },
  {
    when: "the zone is not valid yet",
    reason: "ZONE_EXPIRED",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, validFromMs: NOW + 1 }),
  },
  {
    when: "necessity is blank",
    reason: "ZONE_PURPOSE_MISSING",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, necessity: " \n\t" }),
  },
  {
    when: "the stored place type is not a public place",
    reason: "ZONE_PURPOSE_MISSING",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, placeType: "HOTEL_ROOM" as PlaceType }),
  },
  {
    when: "an entrance has no sign",
    reason: "SIGNAGE_MISSING",
    subject: "zone/plaza/entrance/east",
    change: (facts) => facts.deleteSign("plaza", "sign-east"),
  },
  {
    when: "an entrance's only sign is not up yet",
    reason: "SIGNAGE_MISSING",
    subject: "zone/plaza/entrance/east",
    change: (facts) => facts.putSign({ ...signAt("east"), installedAtMs: NOW + 1 }),
  },
  {
    when: "the zone names no entrance",
    reason: "SIGNAGE_MISSING",
    subject: "zone/plaza",
    change: (facts) => facts.putZone({ ...plaza, entrances: [] }),
  },
  {
    when: "the camera is not registered",
    reason: "CAMERA_UNKNOWN",
    subject: "camera/c1",
    change: (facts) => facts.deleteCamera("c1"),
  },
  {
    when: "the camera is registered to another zone",
    reason: "CAMERA_UNKNOWN",
    subject: "camera/c1",
    change: (facts) => facts.putCamera({ ...fixedCamera, zoneId: "station" }),
  },
  {
    when: "a fixed camera stands outside",
    reason: "CAMERA_OUTSIDE_GEOFENCE",
    subject: "camera/c1",
    change: (facts) => facts.putCamera({ ...fixedCamera, position: outside }),
  },
  {
    when: "a fixed camera stands outside and the query says otherwise",
    reason: "CAMERA_OUTSIDE_GEOFENCE",
    subject: "camera/c1",
    change: (facts) => facts.putCamera({ ...fixedCamera, position: outside }),
    asked: { cameraPosition: inside },
  },
  {
    when: "a mobile camera is outside",
    reason: "CAMERA_OUTSIDE_GEOFENCE",
    subject: "camera/m1",
    asked: { cameraId: "m1", cameraPosition: outside },
  },
  {
    when: "a mobile camera does not say where it is",
    reason: "CAMERA_OUTSIDE_GEOFENCE",
    subject: "camera/m1",
    asked: { cameraId: "m1" },
  },
  {
    when: "a mobile camera's position is not a number",
    reason: "CAMERA_OUTSIDE_GEOFENCE",
    subject: "camera/m1",
    asked: { cameraId: "m1", cameraPosition: { latitude: NaN, longitude: NaN } },
  },
  {
    when: "the gallery is not authorised",
    reason: "GALLERY_NOT_AUTHORISED",
    subject: "gallery/wanted",
    change: (facts) => facts.deleteAuthorisation("wanted", "plaza", "PUBLIC_SAFETY"),
  },
  {
    when: "another gallery is asked for",
    reason: "GALLERY_NOT_AUTHORISED",
    subject: "gallery/staff",
    asked: { galleryId: "staff" },
  },
];

describe("decideIdentify", () => {
  it("permits a query when all is right", () => {
    expect(decideIdentify(lawfulFacts(), query, NOW).permitted).toBe(true);
  });

  it("permits a mobile camera that is inside", () => {
    expect(violationsOf(lawfulFacts(), { cameraId: "m1", cameraPosition: inside })).toEqual([]);
  });

  it.each(identifyWrongs)("refuses with $reason alone when $when", (wrong) => {
    const facts = lawfulFacts();
    wrong.change?.(facts);
    const violations = violationsOf(facts, wrong.asked, wrong.nowMs);
    expect(violations.map(({ reason, subject }) => ({ reason, subject }))).toEqual([
      { reason: wrong.reason, subject: wrong.subject },
    ]);
    for (const { article, description, remedy } of violations) {
      expect(article).toMatch(/^Art\. \d+/);
      expect(description).toMatch(/\.$/);
      expect(remedy).toMatch(/\.$/);
    }
  });

  it("refuses a purpose that the zone and the gallery are not for, naming both", () => {
    const purpose = "MARKETING" as Purpose;
    expect(violationsOf(lawfulFacts(), { purpose }).map(({ reason }) => reason)).toEqual([
      "ZONE_PURPOSE_MISSING",
      "GALLERY_NOT_AUTHORISED",
    ]);
  });

  it("lists every violation at once", () => {
    const facts = lawfulFacts();
    facts.putZone({ ...plaza, state: "SUSPENDED", necessity: "", validUntilMs: NOW });
    facts.deleteSign("plaza", "sign-east");
    facts.deleteSign("plaza", "sign-west");
    facts.putCamera({ ...fixedCamera, zoneId: "station", position: outside });
    facts.deleteGallery("wanted");
    expect(violationsOf(facts).map(({ reason, subject }) => `${reason} ${subject}`)).toEqual([
      "ZONE_NOT_ACTIVE zone/plaza",
      "ZONE_EXPIRED zone/plaza",
      "ZONE_PURPOSE_MISSING zone/plaza",
      "SIGNAGE_MISSING zone/plaza/entrance/east",
      "SIGNAGE_MISSING zone/plaza/entrance/west",
      "CAMERA_UNKNOWN camera/c1",
      "CAMERA_OUTSIDE_GEOFENCE camera/c1",
      "GALLERY_NOT_AUTHORISED gallery/wanted",
    ]);
  });

  it("refuses an empty world with every rule that can be judged", () => {
    const facts = lawfulFacts();
    const asked = { zoneId: "", cameraId: "", galleryId: "" };
    expect(violationsOf(facts, asked).map(({ reason }) => reason)).toEqual([
      "ZONE_NOT_REGISTERED",
      "CAMERA_UNKNOWN",
      "GALLERY_NOT_AUTHORISED",
    ]);
  });

  it("cuts an absurd id in what it says", () => {
    const violations = violationsOf(lawfulFacts(), { zoneId: "z".repeat(1_000_000) });
    for (const { subject } of violations) expect(subject.length).toBeLessThan(100);
  });

  it("does not take a sign of the same name in another zone for one of this", () => {
    const facts = lawfulFacts();
    facts.deleteSign("plaza", "sign-east");
    facts.putSign(signAt("east", "station"));
    expect(violationsOf(facts).map(({ reason }) => reason)).toEqual(["SIGNAGE_MISSING"]);
  });

  it("binds the permit to the query and ends it after its lifetime", () => {
    const facts = lawfulFacts();
    const decision = decideIdentify(facts, query, NOW);
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

  it("lets no permit outlive the zone's validity", () => {
    const nowMs = plaza.validUntilMs - 10;
    const decision = decideIdentify(lawfulFacts(), query, nowMs);
    if (!decision.permitted) throw new Error("refused");
    expect(permitFault(decision.permit, plaza.validUntilMs - 1)).toBeNull();
    expect(permitFault(decision.permit, plaza.validUntilMs)).toBe("EXPIRED");
  });
});

describe("a change", () => {
  const changes: readonly [string, (facts: FactsWriter) => void, (facts: FactsWriter) => void][] = [
    [
      "of the zone's state",
      (facts) => facts.putZone({ ...plaza, state: "SUSPENDED" }),
      (facts) => facts.putZone(plaza),
    ],
    [
      "of the geofence",
      (facts) => facts.putZone({ ...plaza, geofence: { polygons: [shifted()] } }),
      (facts) => facts.putZone(plaza),
    ],
    [
      "of a sign",
      (facts) => facts.deleteSign("plaza", "sign-east"),
      (facts) => facts.putSign(signAt("east")),
    ],
    [
      "of a sign's entrance",
      (facts) => facts.putSign({ ...signAt("east"), entranceId: "west" }),
      (facts) => facts.putSign(signAt("east")),
    ],
    [
      "of a camera's place",
      (facts) => facts.putCamera({ ...fixedCamera, position: outside }),
      (facts) => facts.putCamera(fixedCamera),
    ],
    [
      "of an authorisation",
      (facts) => facts.deleteGallery("wanted"),
      (facts) =>
        facts.putAuthorisation({
          galleryId: "wanted",
          zoneId: "plaza",
          purpose: "PUBLIC_SAFETY",
          authorisedAtMs: NOW,
        }),
    ],
  ];

  it.each(changes)("%s counts on the very next decision, both ways", (_name, spoil, cure) => {
    const facts = lawfulFacts();
    expect(violationsOf(facts)).toEqual([]);
    spoil(facts);
    expect(violationsOf(facts)).toHaveLength(1);
    cure(facts);
    expect(violationsOf(facts)).toEqual([]);
  });

  it("of the clock alone counts on the very next decision", () => {
    const facts = lawfulFacts();
    expect(violationsOf(facts, {}, plaza.validUntilMs - 1)).toEqual([]);
    expect(violationsOf(facts, {}, plaza.validUntilMs)).toHaveLength(1);
  });

  function shifted() {
    return (plaza.geofence.polygons[0] ?? []).map((ring) =>
      ring.map(([x, y]) => [x + 1, y] as const),
    );
  }
});

describe("decideEnrol", () => {
  it("permits a consented enrolment and hands on its basis", () => {
    const decision = decideEnrol(lawfulFacts(), enrolment, NOW);
    if (!decision.permitted) throw new Error("refused");
    expect(decision.lawfulBasis).toEqual(enrolment.lawfulBasis);
    expect(decision.retentionDeadlineMs).toBe(enrolment.retentionDeadlineMs);
    expect(decision.permit).toMatchObject({ act: "enrol", zoneId: "", galleryIds: ["wanted"] });
  });

  it("permits an enrolment on a named law", () => {
    const lawfulBasis = { kind: "law", citation: "Counter-Terrorism Law, Art. 50" } as const;
    expect(enrolViolations({ lawfulBasis })).toEqual([]);
  });

  const consent = { kind: "consent", givenAtMs: NOW, evidenceSha256: "cd".repeat(32) } as const;

  it.each([
    ["no basis is named", { lawfulBasis: null }, "LAWFUL_BASIS_MISSING"],
    ["the law is blank", { lawfulBasis: { kind: "law", citation: "  " } }, "LAWFUL_BASIS_MISSING"],
    [
      "the consent has no evidence",
      { lawfulBasis: { ...consent, evidenceSha256: "" } },
      "CONSENT_MISSING",
    ],
    [
      "the evidence is no SHA-256",
      { lawfulBasis: { ...consent, evidenceSha256: "CD".repeat(32) } },
      "CONSENT_MISSING",
    ],
    [
      "the consent is dated in the future",
      { lawfulBasis: { ...consent, givenAtMs: NOW + 1 } },
      "CONSENT_MISSING",
    ],
    ["the consent is undated", { lawfulBasis: { ...consent, givenAtMs: null } }, "CONSENT_MISSING"],
    [
      "the consent's date is not a number",
      { lawfulBasis: { ...consent, givenAtMs: NaN } },
      "CONSENT_MISSING",
    ],
    ["no retention is set", { retentionDeadlineMs: null }, "RETENTION_MISSING"],
    ["the retention deadline is now", { retentionDeadlineMs: NOW }, "RETENTION_MISSING"],
    [
      "the retention deadline has passed",
      { retentionDeadlineMs: NOW - DAY_MS },
      "RETENTION_MISSING",
    ],
    ["the retention deadline is not a number", { retentionDeadlineMs: NaN }, "RETENTION_MISSING"],
    ["the retention has no end", { retentionDeadlineMs: Infinity }, "RETENTION_MISSING"],
  ] as const)("refuses when %s", (_when, claimed, reason) => {
    expect(enrolViolations(claimed).map((violation) => violation.reason)).toEqual([reason]);
  });

  it("lists every violation at once", () => {
    const lawfulBasis = { kind: "consent", givenAtMs: null, evidenceSha256: "" } as const;
    const violations = enrolViolations({ lawfulBasis, retentionDeadlineMs: null });
    expect(violations.map(({ subject }) => subject)).toEqual([
      "enrolment/lawful_basis/consent/evidence_sha256",
      "enrolment/lawful_basis/consent/given_at",
      "enrolment/retention_deadline",
    ]);
  });
});

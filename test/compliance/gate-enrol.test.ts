import { describe, expect, it } from "vitest";
import type { FactsWriter } from "../../src/compliance/facts.js";
import { decideEnrol } from "../../src/compliance/gate.js";
import { isUnder14 } from "../../src/compliance/rules/age.js";
import type { Enrolment } from "../../src/compliance/rules/rule.js";
import {
  admission,
  authorisation,
  changedBack,
  consent,
  DAY_MS,
  enrolment,
  enrolViolations,
  guardian,
  lawfulFacts,
  linesOf,
  minorRules,
  NOW,
  noticeFor,
  operator,
  plaza,
  putTold,
} from "./world.js";

const law = { kind: "law", citation: "Counter-Terrorism Law, Art. 50" } as const;
const child = { band: "UNDER_14" } as const;
const childConsent = { ...consent, guardian };

/** Another zone, which may search the gallery "staff", with a notice of its own. */
const station = { ...plaza, zoneId: "station" };
const stationNotice = { ...noticeFor(station), noticeId: "station-notice" };
function putStation(facts: FactsWriter): void {
  facts.putZone(station);
  facts.putRecord("notice", stationNotice);
  facts.putAuthorisation({ ...authorisation, galleryId: "staff", zoneId: "station" });
}

function changedFacts(): FactsWriter {
  const facts = lawfulFacts();
  facts.putZone({ ...plaza, necessity: "Another" });
  return facts;
}

describe("decideEnrol", () => {
  it.each<readonly [string, Partial<Enrolment>]>([
    ["an adult on consent", {}],
    ["a person of unknown age on a named law", { lawfulBasis: law, age: null }],
    ["a child with a guardian's consent", { age: child, lawfulBasis: childConsent }],
    ["a person of unknown age with one", { age: null, lawfulBasis: childConsent }],
    ["a child on a named law", { age: child, lawfulBasis: law }],
    ["for the longest retention", { retentionDeadlineMs: NOW + 30 * DAY_MS }],
  ])("permits %s", (_who, claimed) => {
    expect(enrolViolations(claimed)).toEqual([]);
  });

  it.each<readonly [string, Partial<Enrolment>, (facts: FactsWriter) => void]>([
    [
      "on a law into a gallery that no zone may search yet",
      { galleryIds: ["new"], lawfulBasis: law },
      () => undefined,
    ],
    [
      "into two galleries, on consent to a notice that tells of a zone for each",
      { galleryIds: ["wanted", "staff"] },
      (facts) => {
        putStation(facts);
        const fingerprints = {
          ...noticeFor(plaza).fingerprints,
          ...stationNotice.fingerprints,
        };
        const zoneIds = ["plaza", "station"];
        facts.putRecord("notice", { ...noticeFor(plaza), zoneIds, fingerprints });
      },
    ],
    [
      "into a gallery of two zones, on consent to the notice of one",
      {},
      (facts) => {
        putStation(facts);
        facts.putAuthorisation({ ...authorisation, zoneId: "station" });
      },
    ],
    ["before the zone is active", {}, (facts) => facts.putZone({ ...plaza, state: "REGISTERED" })],
    [
      "on consent to a notice published after the zone changed back",
      {},
      (facts) => putTold(facts, changedBack),
    ],
  ])("permits one %s", (_what, claimed, change) => {
    const facts = lawfulFacts();
    change(facts);
    expect(enrolViolations(claimed, facts)).toEqual([]);
  });

  it("hands on the basis as it was claimed", () => {
    const decision = decideEnrol(lawfulFacts(), { ...enrolment, lawfulBasis: childConsent }, NOW);
    if (!decision.permitted) throw new Error("refused");
    expect(decision.lawfulBasis).toEqual(childConsent);
    expect(decision.retentionDeadlineMs).toBe(enrolment.retentionDeadlineMs);
    expect(decision.permit).toMatchObject({ act: "enrol", zoneId: "", galleryIds: ["wanted"] });
  });

  it("does not hand on half a guardian's consent that nobody needs", () => {
    const lawfulBasis = { ...consent, guardian: { ...guardian, evidenceSha256: "" } };
    const decision = decideEnrol(lawfulFacts(), { ...enrolment, lawfulBasis }, NOW);
    expect(decision).toMatchObject({ permitted: true, lawfulBasis: { guardian: null } });
  });

  const basis = (fault: object): Partial<Enrolment> => ({
    lawfulBasis: { ...consent, ...fault },
  });
  const byGuardian = (fault: object): Partial<Enrolment> => ({
    age: child,
    lawfulBasis: { ...consent, guardian: { ...guardian, ...fault } },
  });

  it.each<readonly [string, Partial<Enrolment>, string]>([
    ["no basis is named", { lawfulBasis: null }, "LAWFUL_BASIS_MISSING"],
    ["the law is blank", { lawfulBasis: { ...law, citation: "  " } }, "LAWFUL_BASIS_MISSING"],
    ["the consent has no evidence", basis({ evidenceSha256: "" }), "CONSENT_MISSING"],
    ["the evidence is no SHA-256", basis({ evidenceSha256: "CD".repeat(32) }), "CONSENT_MISSING"],
    ["the consent is dated in the future", basis({ givenAtMs: NOW + 1 }), "CONSENT_MISSING"],
    ["the consent is undated", basis({ givenAtMs: null }), "CONSENT_MISSING"],
    ["the consent's date is no number", basis({ givenAtMs: NaN }), "CONSENT_MISSING"],
    ["the consent names no notice", basis({ noticeId: "" }), "CONSENT_NOTICE_OUTDATED"],
    ["the consent's notice is unknown", basis({ noticeId: "x" }), "CONSENT_NOTICE_OUTDATED"],
    ["the consent's version is unknown", basis({ noticeVersion: 2 }), "CONSENT_NOTICE_OUTDATED"],
    ["a child has no guardian's consent", { age: child }, "GUARDIAN_CONSENT_REQUIRED"],
    ["the age is not stated", { age: null }, "GUARDIAN_CONSENT_REQUIRED"],
    ["the birth date is no day", { age: { birthDate: "2026" } }, "GUARDIAN_CONSENT_REQUIRED"],
    [
      "the guardian's relation is blank",
      byGuardian({ relation: " " }),
      "GUARDIAN_CONSENT_REQUIRED",
    ],
    ["the guardian's is undated", byGuardian({ givenAtMs: null }), "GUARDIAN_CONSENT_REQUIRED"],
    [
      "the guardian's is of tomorrow",
      byGuardian({ givenAtMs: NOW + 1 }),
      "GUARDIAN_CONSENT_REQUIRED",
    ],
    [
      "the guardian's has no evidence",
      byGuardian({ evidenceSha256: "" }),
      "GUARDIAN_CONSENT_REQUIRED",
    ],
    ["no retention is set", { retentionDeadlineMs: null }, "RETENTION_MISSING"],
    ["the retention deadline is now", { retentionDeadlineMs: NOW }, "RETENTION_MISSING"],
    ["the retention deadline has passed", { retentionDeadlineMs: 0 }, "RETENTION_MISSING"],
    ["the retention deadline is no number", { retentionDeadlineMs: NaN }, "RETENTION_MISSING"],
    ["the retention has no end", { retentionDeadlineMs: Infinity }, "RETENTION_MISSING"],
    ["the retention is too long", { retentionDeadlineMs: NOW + 31 * DAY_MS }, "RETENTION_TOO_LONG"],
  ])("refuses when %s", (_when, claimed, reason) => {
    const violations = enrolViolations(claimed);
    expect(violations.map((violation) => violation.reason)).toEqual([reason]);
    expect(violations[0]?.remedy).toContain("(EnrolmentService.EnrolPerson)");
  });

  it.each<readonly [string, Partial<Enrolment>, (facts: FactsWriter) => void, string]>([
    [
      "the retention is too long for a zone that searches for another purpose",
      {
        lawfulBasis: law,
        purpose: "PUBLIC_SAFETY_ADMISSION",
        retentionDeadlineMs: NOW + 31 * DAY_MS,
      },
      () => undefined,
      "RETENTION_TOO_LONG",
    ],
    [
      "a new version of the notice is published",
      {},
      (facts) => facts.putRecord("notice", noticeFor(plaza, 2)),
      "CONSENT_NOTICE_OUTDATED",
    ],
    [
      "the consent is dated before its version of the notice was published",
      basis({ givenAtMs: NOW - 2 * DAY_MS }),
      (facts) => facts.putRecord("notice", { ...noticeFor(plaza), publishedAtMs: NOW - 1 }),
      "CONSENT_NOTICE_OUTDATED",
    ],
    [
      "the notice is withdrawn",
      {},
      (facts) => facts.putRecord("notice", { ...noticeFor(plaza), withdrawnAtMs: NOW }),
      "CONSENT_NOTICE_OUTDATED",
    ],
    [
      "the notice tells of another zone than those that may search the gallery",
      basis({ noticeId: "station-notice" }),
      putStation,
      "CONSENT_NOTICE_OUTDATED",
    ],
    [
      "the notice tells of no zone for a gallery",
      { galleryIds: ["wanted", "staff"] },
      putStation,
      "CONSENT_NOTICE_OUTDATED",
    ],
    [
      "what the notice tells of the zone has changed",
      {},
      (facts) => facts.putZone({ ...plaza, necessity: "Another" }),
      "CONSENT_NOTICE_OUTDATED",
    ],
    [
      "what the notice tells of the zone has changed, and changed back",
      {},
      (facts) => facts.putZone(changedBack),
      "CONSENT_NOTICE_OUTDATED",
    ],
    [
      "the operator is another than the notice tells",
      {},
      (facts) => facts.setOperator({ ...operator, name: "Another" }),
      "CONSENT_NOTICE_OUTDATED",
    ],
    [
      "no zone may search the gallery, on consent",
      { galleryIds: ["new"] },
      () => undefined,
      "GALLERY_NOT_AUTHORISED",
    ],
    [
      "no zone may search one of two galleries, on consent",
      { galleryIds: ["wanted", "new"] },
      () => undefined,
      "GALLERY_NOT_AUTHORISED",
    ],
    [
      "a person consents for another purpose than the gallery is searched for",
      { purpose: "PUBLIC_SAFETY_ADMISSION" },
      () => undefined,
      "GALLERY_NOT_AUTHORISED",
    ],
    [
      "the only zone that the gallery is authorised for now has another purpose",
      {},
      (facts) => putTold(facts, admission),
      "GALLERY_NOT_AUTHORISED",
    ],
    [
      "the only zone that may search the gallery is closed",
      {},
      (facts) => facts.putZone({ ...plaza, state: "CLOSED" }),
      "GALLERY_NOT_AUTHORISED",
    ],
    [
      "there are no rules for minors",
      { age: child, lawfulBasis: childConsent },
      (facts) => facts.deleteRecord("minorRules", minorRules),
      "MINOR_RULES_MISSING",
    ],
    [
      "there are no rules for minors, on a law",
      { age: child, lawfulBasis: law },
      (facts) => facts.deleteRecord("minorRules", minorRules),
      "MINOR_RULES_MISSING",
    ],
    [
      "a guardian consents for an unknown age and there are no rules for minors",
      { age: null, lawfulBasis: childConsent },
      (facts) => facts.deleteRecord("minorRules", minorRules),
      "MINOR_RULES_MISSING",
    ],
    [
      "the filing is overdue and that blocks enrolment",
      {},
      (facts) => facts.setFiling({ overdue: true, policy: "block-enrolment" }),
      "FILING_OVERDUE",
    ],
    [
      "the filing is overdue and that blocks all",
      {},
      (facts) => facts.setFiling({ overdue: true, policy: "block-all" }),
      "FILING_OVERDUE",
    ],
  ])("refuses when %s", (_when, claimed, change, reason) => {
    const facts = lawfulFacts();
    change(facts);
    expect(enrolViolations(claimed, facts).map((violation) => violation.reason)).toEqual([reason]);
  });

  it("says which gallery is not told of, and what to do", () => {
    const facts = lawfulFacts();
    putStation(facts);
    const galleryIds = ["wanted", "staff", "new"];
    const violations = enrolViolations({ galleryIds }, facts);
    expect(linesOf(violations)).toEqual([
      "CONSENT_NOTICE_OUTDATED gallery/staff",
      "GALLERY_NOT_AUTHORISED gallery/new",
    ]);
    expect(violations[0]?.remedy).toContain("zone/station");
    expect(violations[1]?.remedy).toContain("(GalleryService.AuthoriseGallery)");
    const [other] = enrolViolations({ purpose: "PUBLIC_SAFETY_ADMISSION" });
    expect(other?.remedy).toMatch(/PUBLIC_SAFETY \(EnrolmentService\.EnrolPerson\)/);
    const [unpublished] = enrolViolations({ galleryIds: ["wanted"] }, changedFacts());
    expect(unpublished?.description).toContain("zone/plaza");
    expect(unpublished?.remedy).toContain("(NoticeService.PublishNotice)");
  });

  it("names a few zones of a thousand", () => {
    const facts = lawfulFacts();
    for (let n = 0; n < 1000; n++) {
      facts.putZone({ ...plaza, zoneId: `z${n}` });
      facts.putAuthorisation({ ...authorisation, galleryId: "staff", zoneId: `z${n}` });
    }
    const [violation] = enrolViolations({ galleryIds: ["staff"] }, facts);
    expect(violation?.remedy).toContain("zone/z0, zone/z1, zone/z2 and 997 more");
  });

  it("needs no rules for minors to enrol an adult, nor a filing that only warns", () => {
    const facts = lawfulFacts();
    facts.deleteRecord("minorRules", minorRules);
    facts.setFiling({ overdue: true, policy: "warn" });
    expect(enrolViolations({}, facts)).toEqual([]);
  });

  it("lists every violation at once", () => {
    const lawfulBasis = {
      ...consent,
      givenAtMs: null,
      evidenceSha256: "",
      noticeId: "",
    };
    const facts = lawfulFacts();
    facts.deleteRecord("minorRules", minorRules);
    facts.setFiling({ overdue: true, policy: "block-all" });
    const claimed = { lawfulBasis, retentionDeadlineMs: null, age: child };
    expect(linesOf(enrolViolations(claimed, facts))).toEqual([
      "CONSENT_MISSING enrolment/lawful_basis/consent/evidence_sha256",
      "CONSENT_MISSING enrolment/lawful_basis/consent/given_at",
      "CONSENT_NOTICE_OUTDATED enrolment/lawful_basis/consent/notice_id",
      "GUARDIAN_CONSENT_REQUIRED enrolment/lawful_basis/consent/guardian",
      "MINOR_RULES_MISSING minor-rules",
      "RETENTION_MISSING enrolment/retention_deadline",
      "FILING_OVERDUE filing",
    ]);
  });
});

describe("the retention's maximum", () => {
  const daysAllowed = (facts: FactsWriter, claimed: Partial<Enrolment> = {}) => {
    const allowed = (days: number) => {
      const retentionDeadlineMs = NOW + days * DAY_MS;
      const asked = { lawfulBasis: law, ...claimed, retentionDeadlineMs };
      return enrolViolations(asked, facts).length === 0;
    };
    return [1, 7, 30, 365].filter((days) => allowed(days) && !allowed(days + 1));
  };

  it("is the least of the zones that may search one of the galleries", () => {
    const facts = lawfulFacts();
    facts.putZone({ ...plaza, zoneId: "station", retentionDaysMax: 7 });
    expect(daysAllowed(facts)).toEqual([30]);
    facts.putAuthorisation({ ...authorisation, galleryId: "staff", zoneId: "station" });
    expect(daysAllowed(facts)).toEqual([30]);
    expect(daysAllowed(facts, { galleryIds: ["wanted", "staff"] })).toEqual([7]);
  });

  it("looks at zones of every purpose, for a template is found for each, and at no closed ones", () => {
    const facts = lawfulFacts();
    facts.putZone({ ...plaza, zoneId: "station", retentionDaysMax: 7, state: "CLOSED" });
    facts.putAuthorisation({ ...authorisation, zoneId: "station" });
    facts.putZone({ ...plaza, zoneId: "gate", retentionDaysMax: 1 });
    const purpose = "PUBLIC_SAFETY_ADMISSION";
    facts.putAuthorisation({ ...authorisation, zoneId: "gate", purpose });
    expect(daysAllowed(facts)).toEqual([1]);
    expect(daysAllowed(facts, { purpose })).toEqual([1]);
  });

  it("is a year for a gallery that no zone may search", () => {
    expect(daysAllowed(lawfulFacts(), { galleryIds: ["new"] })).toEqual([365]);
  });
});

describe("a person's age", () => {
  const at = (instant: string) => Date.parse(instant);

  it.each<readonly [string, boolean | null, string]>([
    ["2012-01-14", false, "was 14 yesterday"],
    ["2012-01-15", true, "is 14 today, and counts as 14 from tomorrow"],
    ["2012-01-16", true, "is 13"],
    ["2026-01-15", true, "was born today"],
    ["2026-01-16", null, "is not born"],
    ["2011-02-30", null, "was born on no day"],
    ["1926-1-1", null, "was born on a day in another form"],
  ])("of one born on %s is under 14: %s (%s)", (birthDate, expected) => {
    expect(isUnder14({ birthDate }, at("2026-01-15T04:00:00Z"))).toBe(expected);
  });

  it("changes at midnight in Shanghai", () => {
    const born = { birthDate: "2012-01-15" };
    expect(isUnder14(born, at("2026-01-15T15:59:59.999Z"))).toBe(true);
    expect(isUnder14(born, at("2026-01-15T16:00:00Z"))).toBe(false);
  });

  it("of one born on a leap day changes on the first of March", () => {
    const born = { birthDate: "2012-02-29" };
    expect(isUnder14(born, at("2026-02-28T04:00:00Z"))).toBe(true);
    expect(isUnder14(born, at("2026-03-01T04:00:00Z"))).toBe(false);
  });

  it("is under 14 by the band alone", () => {
    expect(isUnder14({ band: "UNDER_14" }, NOW)).toBe(true);
    expect(isUnder14({ band: "14_TO_17" }, NOW)).toBe(false);
    expect(isUnder14({ band: "ADULT" }, NOW)).toBe(false);
    expect(isUnder14(null, NOW)).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import type { Purpose } from "../../src/store/records.js";
import {
  admissionFacts,
  alternative,
  assessmentFor,
  box,
  changedBack,
  fix,
  fixedCamera,
  geofenceOf,
  identifyViolations,
  incident,
  inside,
  lawfulFacts,
  linesOf,
  NOW,
  noticeFor,
  outside,
  plaza,
  putTold,
  query,
  signAt,
} from "./world.js";
import { m1, wrongCameras, wrongFixes, wrongPrivacy } from "./wrong-cameras.js";
import { wrongAlternatives, wrongAssessments, wrongEgress, wrongNotices } from "./wrong-records.js";
import { wrongSigns, wrongZones } from "./wrong-zones.js";

describe("decideIdentify", () => {
  it.each([
    ["from a fixed camera", query],
    ["from a mobile camera that is inside", { ...query, ...m1, cameraFix: fix }],
    ["with the oldest fix", { ...query, ...m1, cameraFix: { ...fix, fixedAtMs: NOW - 10_000 } }],
    ["with the newest fix", { ...query, ...m1, cameraFix: { ...fix, fixedAtMs: NOW + 2_000 } }],
    ["over an egress basis", { ...query, peerAddress: "203.0.113.9" }],
    ["from IPv4 in IPv6", { ...query, peerAddress: "::ffff:10.1.2.3" }],
    ["from this machine", { ...query, peerAddress: "127.0.0.1" }],
    ["from this machine over IPv6", { ...query, peerAddress: "::1" }],
  ])("permits a query %s when all is right", (_where, asked) => {
    expect(identifyViolations(lawfulFacts(), asked)).toEqual([]);
  });

  it("permits admission when all is right", () => {
    const purpose = "PUBLIC_SAFETY_ADMISSION";
    expect(identifyViolations(admissionFacts(), { purpose })).toEqual([]);
  });

  it.each([
    ...wrongZones,
    ...wrongSigns,
    ...wrongCameras,
    ...wrongFixes,
    wrongPrivacy,
    ...wrongNotices,
    ...wrongAssessments,
    ...wrongAlternatives,
    ...wrongEgress,
  ])("refuses with $reason alone when $when", (wrong) => {
    const facts = wrong.admission ? admissionFacts() : lawfulFacts();
    const purpose: Purpose = wrong.admission ? "PUBLIC_SAFETY_ADMISSION" : "PUBLIC_SAFETY";
    wrong.change?.(facts);
    const violations = identifyViolations(facts, { purpose, ...wrong.asked });
    expect(linesOf(violations)).toEqual([`${wrong.reason} ${wrong.subject}`]);
    for (const { article, description, remedy } of violations) {
      expect(article).toMatch(/^Art\. \d+/);
      expect(description).toMatch(/\.$/);
      expect(remedy).toMatch(wrong.reason === "FILING_OVERDUE" ? /\.$/ : /\(.*\w+\.\w+.*\)/);
    }
  });

  it("lets a mobile camera's circle touch the geofence from inside, and no farther", () => {
    const edge = { latitude: 39.905, longitude: 116.401, fixedAtMs: NOW };
    // 85.5 m from the western edge.
    const near = { ...m1, cameraFix: { ...edge, accuracyM: 85 } };
    const over = { ...m1, cameraFix: { ...edge, accuracyM: 86 } };
    expect(identifyViolations(lawfulFacts(), near)).toEqual([]);
    expect(linesOf(identifyViolations(lawfulFacts(), over))).toEqual([
      "CAMERA_OUTSIDE_GEOFENCE camera/m1",
    ]);
  });

  it.each(["warn", "block-enrolment"] as const)(
    "%s lets a query pass an overdue filing",
    (policy) => {
      const facts = lawfulFacts();
      facts.setFiling({ overdue: true, policy });
      expect(identifyViolations(facts)).toEqual([]);
    },
  );

  it("needs no alternative method to watch a place", () => {
    const facts = lawfulFacts();
    facts.deleteRecord("alternative", alternative);
    expect(identifyViolations(facts)).toEqual([]);
  });

  it("is content with one good sign beside faulty ones", () => {
    const facts = lawfulFacts();
    const faulty = { signId: "old", items: [], photoSha256: "", inspectedAtMs: 0 };
    facts.putSign({ ...signAt("east"), ...faulty });
    expect(identifyViolations(facts)).toEqual([]);
  });

  it("reports each fault of each sign when an entrance has no good one", () => {
    const facts = lawfulFacts();
    facts.putSign({ ...signAt("east"), inspectedAtMs: 0, photoSha256: "" });
    facts.putSign({ ...signAt("east"), signId: "other", position: outside });
    facts.putSign({ ...signAt("east"), signId: "later", installedAtMs: NOW + 1 });
    expect(linesOf(identifyViolations(facts))).toEqual([
      "SIGNAGE_STALE zone/plaza/sign/sign-east",
      "SIGNAGE_INCOMPLETE zone/plaza/sign/sign-east",
      "SIGNAGE_MISSING zone/plaza/sign/other",
    ]);
  });

  it("is content with one notice and one assessment that are up to date", () => {
    const facts = lawfulFacts();
    facts.putRecord("notice", { ...noticeFor(plaza), noticeId: "old", fingerprints: {} });
    facts.putRecord("assessment", {
      ...assessmentFor(plaza),
      assessmentId: "old",
      validUntilMs: 0,
    });
    expect(identifyViolations(facts)).toEqual([]);
  });

  it("is content with an assessment recorded and approved after the incident", () => {
    const facts = lawfulFacts();
    facts.putRecord("incident", incident);
    const after = { recordedAtMs: NOW, approvedAtMs: NOW };
    facts.putRecord("assessment", { ...assessmentFor(plaza), ...after });
    expect(identifyViolations(facts)).toEqual([]);
  });

  it("is content with a notice and an assessment written after the zone changed back", () => {
    const facts = lawfulFacts();
    putTold(facts, changedBack);
    expect(identifyViolations(facts)).toEqual([]);
  });

  it("does not hold the incident of another zone against this one", () => {
    const facts = lawfulFacts();
    facts.putRecord("incident", { ...incident, zoneIds: ["station"] });
    expect(identifyViolations(facts)).toEqual([]);
  });

  it("refuses a camera that stands well in a hole of the geofence", () => {
    const facts = lawfulFacts();
    const [outer = []] = plaza.geofence.polygons[0] ?? [];
    const [hole = []] = box(116.4049, 39.9049, 116.4051, 39.9051);
    facts.putZone({ ...plaza, geofence: geofenceOf([outer, hole]) });
    facts.putCamera({ ...fixedCamera, position: inside, fieldOfView: null });
    expect(linesOf(identifyViolations(facts))).toEqual(["CAMERA_OUTSIDE_GEOFENCE camera/c1"]);
  });
  it("judges a fixed camera that does not say what it sees by where it stands alone", () => {
    const facts = lawfulFacts();
    // A step inside the fence, and a step beside the toilet.
    for (const place of [
      { latitude: 39.905, longitude: 116.40001 },
      { latitude: 39.9085, longitude: 116.40799 },
    ]) {
      facts.putCamera({ ...fixedCamera, position: place, fieldOfView: null });
      expect(identifyViolations(facts)).toEqual([]);
      const { latitude, longitude } = place;
      const around = box(longitude - 1e-4, latitude - 1e-4, longitude + 1e-4, latitude + 1e-4);
      facts.putCamera({ ...fixedCamera, position: place, fieldOfView: geofenceOf(around) });
      expect(identifyViolations(facts)).toHaveLength(1);
    }
  });
});

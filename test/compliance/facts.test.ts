import { expect, it } from "vitest";
import { createFacts } from "../../src/compliance/facts.js";
import type { ComplianceRecords, RecordKind } from "../../src/store/gate-records.js";
import {
  admission,
  alternative,
  assessmentFor,
  authorisation,
  box,
  consent,
  egressBasis,
  enrolment,
  enrolViolations,
  fixedCamera,
  geofenceOf,
  identifyViolations,
  incident,
  lawfulFacts,
  minorRules,
  mobileCamera,
  NOW,
  noticeFor,
  operator,
  plaza,
  signAt,
} from "./world.js";

it("counts what it holds, through replacing and deleting", () => {
  const facts = lawfulFacts();
  facts.putZone(plaza);
  facts.putSign(signAt("east"));
  facts.putCamera(fixedCamera);
  facts.putAuthorisation(authorisation);
  expect(facts.counts()).toEqual({ zones: 1, signs: 2, cameras: 2, authorisations: 1 });
  facts.deleteSign("plaza", "sign-east");
  facts.deleteSign("plaza", "sign-east");
  facts.deleteCamera("c1");
  facts.deleteAuthorisation("wanted", "plaza", "PUBLIC_SAFETY");
  facts.deleteAuthorisation("wanted", "plaza", "PUBLIC_SAFETY");
  facts.deleteZone("plaza");
  facts.deleteZone("plaza");
  expect(facts.counts()).toEqual({ zones: 0, signs: 1, cameras: 1, authorisations: 0 });
});

it("forgets every authorisation of a deleted gallery", () => {
  const facts = createFacts();
  facts.putAuthorisation(authorisation);
  facts.putAuthorisation({ ...authorisation, zoneId: "station" });
  facts.putAuthorisation({ ...authorisation, galleryId: "staff" });
  facts.deleteGallery("wanted");
  expect(facts.isAuthorised("wanted", "station", "PUBLIC_SAFETY")).toBe(false);
  expect(facts.isAuthorised("staff", "plaza", "PUBLIC_SAFETY")).toBe(true);
  expect(facts.counts().authorisations).toBe(1);
});

it("may be loaded in any order", () => {
  const puts = [
    () => facts.setOperator(operator),
    () => facts.putZone(plaza),
    () => facts.putSign(signAt("east")),
    () => facts.putSign(signAt("west")),
    () => facts.putCamera(fixedCamera),
    () => facts.putRecord("notice", noticeFor(plaza)),
    () => facts.putRecord("notice", { ...noticeFor(plaza, 0), withdrawnAtMs: 0 }),
    () => facts.putRecord("assessment", assessmentFor(plaza)),
    () => facts.putAuthorisation(authorisation),
  ];
  let facts = createFacts();
  for (let first = 0; first < puts.length; first++) {
    for (const order of [puts, [...puts].reverse()]) {
      facts = createFacts();
      for (const put of [...order.slice(first), ...order.slice(0, first)]) put();
      expect(identifyViolations(facts)).toEqual([]);
      expect(enrolViolations({ lawfulBasis: consent }, facts)).toEqual([]);
    }
  }
});

it("may be loaded with a question between any two records", () => {
  const facts = createFacts();
  const ask = () => identifyViolations(facts).length;
  const counts = [ask()];
  const step = (put: () => void) => {
    put();
    counts.push(ask());
  };
  step(() => facts.putCamera(fixedCamera));
  step(() => facts.putAuthorisation(authorisation));
  step(() => facts.putZone(plaza));
  step(() => facts.putSign(signAt("east")));
  step(() => facts.putSign(signAt("west")));
  step(() => facts.putRecord("notice", noticeFor(plaza)));
  step(() => facts.putRecord("assessment", assessmentFor(plaza)));
  step(() => facts.setOperator(operator));
  // Without a zone three rules speak; with it, those about signs, notice and assessment do.
  expect(counts).toEqual([3, 2, 1, 4, 3, 2, 2, 1, 0]);
});

it("moves a sign that is recorded again at another entrance", () => {
  const facts = lawfulFacts();
  facts.putSign({ ...signAt("east"), entranceId: "west" });
  expect(facts.zone("plaza")?.signsAt("east")).toEqual([]);
  expect(facts.zone("plaza")?.signsAt("west")).toHaveLength(2);
});

it("finds a zone's cameras, and moves one that is registered elsewhere", () => {
  const facts = lawfulFacts();
  facts.putCamera({ ...mobileCamera, zoneId: "station" });
  const ids = (zoneId: string) => [...facts.camerasOf(zoneId)].map(({ cameraId }) => cameraId);
  expect(ids("plaza")).toEqual(["c1"]);
  expect(ids("station")).toEqual(["m1"]);
  expect(ids("nowhere")).toEqual([]);
});

it("finds galleries by zone and zones by gallery, for one purpose", () => {
  const facts = lawfulFacts();
  facts.putZone({ ...plaza, zoneId: "station" });
  facts.putAuthorisation({ ...authorisation, zoneId: "station" });
  facts.putAuthorisation({ ...authorisation, zoneId: "not-on-record" });
  const purpose = "PUBLIC_SAFETY_ADMISSION";
  facts.putAuthorisation({ ...authorisation, galleryId: "staff", purpose });
  expect(facts.galleriesOf("plaza", "PUBLIC_SAFETY")).toEqual(["wanted"]);
  expect(facts.galleriesOf("plaza", purpose)).toEqual(["staff"]);
  const zones = facts.zonesSearching("wanted", "PUBLIC_SAFETY").map(({ zoneId }) => zoneId);
  expect(zones).toEqual(["plaza", "station"]);
});

it("keeps a zone's ground through a change of anything else, and no longer", () => {
  const facts = lawfulFacts();
  const groundOf = () => facts.zone("plaza")?.ground;
  const before = groundOf();
  facts.putZone({ ...structuredClone(plaza), state: "SUSPENDED" });
  facts.setOperator(null);
  facts.deleteSign("plaza", "sign-east");
  expect(groundOf()).toBe(before);
  facts.putZone({ ...plaza, privateAreas: [] });
  expect(groundOf()).not.toBe(before);
  facts.putZone({ ...plaza, geofence: geofenceOf(box(116.4, 39.9, 116.41, 39.9100001)) });
  expect(groundOf()).not.toBe(before);
});

it("keeps no vertex of a zone but in prepared form", () => {
  expect(lawfulFacts().zone("plaza")?.zone).not.toHaveProperty("geofence");
  expect(lawfulFacts().zone("plaza")?.zone).not.toHaveProperty("privateAreas");
});

it("keeps the newest version of a notice, in whatever order they come and go", () => {
  const facts = createFacts();
  for (const version of [2, 10, 9]) facts.putRecord("notice", noticeFor(plaza, version));
  expect(facts.notice("plaza-notice")?.version).toBe(10);
  facts.deleteRecord("notice", noticeFor(plaza, 10));
  expect(facts.notice("plaza-notice")?.version).toBe(9);
  facts.deleteRecord("notice", noticeFor(plaza, 2));
  facts.deleteRecord("notice", noticeFor(plaza, 9));
  expect(facts.notice("plaza-notice")).toBeUndefined();
});

it.each<readonly [RecordKind, ComplianceRecords[RecordKind]]>([
  ["notice", noticeFor(plaza)],
  ["assessment", assessmentFor(plaza)],
  ["incident", incident],
  ["alternative", alternative],
  ["egress", egressBasis],
  ["minorRules", minorRules],
])("deletes a %s that is not there without effect", (kind, record) => {
  const facts = createFacts();
  facts.putZone(admission);
  facts.deleteRecord(kind, record);
  expect(facts.zone("plaza")).toMatchObject({
    notices: [],
    assessments: [],
    incidents: [],
    alternatives: [],
    egressBases: [],
  });
  expect(facts.minorRules()).toBeNull();
});

it("knows the rules for minors and the filing, which begin as none and not overdue", () => {
  const facts = createFacts();
  expect(facts.minorRules()).toBeNull();
  expect(facts.filing()).toEqual({ overdue: false, policy: "warn" });
  facts.putRecord("minorRules", minorRules);
  facts.putRecord("minorRules", { ...minorRules, approver: "Another" });
  expect(facts.minorRules()?.approver).toBe("Another");
  facts.deleteRecord("minorRules", minorRules);
  expect(facts.minorRules()).toBeNull();
  expect(enrolViolations(enrolment, facts, NOW)).not.toEqual([]);
});

import { describe, expect, it } from "vitest";
import { createClearances, findClearance, keepClearance } from "../../src/compliance/clearances.js";
import type { FactsWriter } from "../../src/compliance/facts.js";
import type { Purpose } from "../../src/store/records.js";
import {
  admission,
  admissionFacts,
  alternative,
  assessmentFor,
  authorisation,
  box,
  changedBack,
  egressBasis,
  fixedCamera,
  geofenceOf,
  identifyViolations,
  incident,
  lawfulFacts,
  linesOf,
  NOW,
  noticeFor,
  operator,
  outside,
  plaza,
  putTold,
  query,
  signAt,
} from "./world.js";

type Act = (facts: FactsWriter) => void;

const elsewhere = geofenceOf(box(117.4, 39.9, 117.41, 39.91));

const changes: readonly [string, Act, Act][] = [
  [
    "the zone's state",
    (facts) => facts.putZone({ ...plaza, state: "SUSPENDED" }),
    (facts) => facts.putZone(plaza),
  ],
  [
    "the geofence",
    (facts) => facts.putZone({ ...plaza, geofence: elsewhere }),
    (facts) => facts.putZone(plaza),
  ],
  [
    "a private area",
    (facts) => {
      const geofence = geofenceOf(box(116.4045, 39.9045, 116.4055, 39.9055));
      const bathroom = { areaId: "bathroom", displayName: "", geofence };
      facts.putZone({ ...plaza, privateAreas: [bathroom] });
    },
    (facts) => facts.putZone(plaza),
  ],
  [
    "the permitted networks",
    (facts) => facts.putZone({ ...plaza, permittedNetworks: ["10.2.0.0/16"] }),
    (facts) => facts.putZone(plaza),
  ],
  [
    "the zone's necessity",
    (facts) => facts.putZone({ ...plaza, necessity: "Another" }),
    (facts) => facts.putZone(plaza),
  ],
  [
    "a sign",
    (facts) => facts.deleteSign("plaza", "sign-east"),
    (facts) => facts.putSign(signAt("east")),
  ],
  [
    "a sign's entrance",
    (facts) => facts.putSign({ ...signAt("east"), entranceId: "west" }),
    (facts) => facts.putSign(signAt("east")),
  ],
  [
    "a sign's position",
    (facts) => facts.putSign({ ...signAt("east"), position: outside }),
    (facts) => facts.putSign(signAt("east")),
  ],
  [
    "a camera's place",
    (facts) => facts.putCamera({ ...fixedCamera, position: outside }),
    (facts) => facts.putCamera(fixedCamera),
  ],
  [
    "a camera's field of view",
    (facts) => facts.putCamera({ ...fixedCamera, fieldOfView: elsewhere }),
    (facts) => facts.putCamera(fixedCamera),
  ],
  [
    "a camera's zone",
    (facts) => facts.putCamera({ ...fixedCamera, zoneId: "station" }),
    (facts) => facts.putCamera(fixedCamera),
  ],
  ["a camera", (facts) => facts.deleteCamera("c1"), (facts) => facts.putCamera(fixedCamera)],
  [
    "an authorisation",
    (facts) => facts.deleteAuthorisation("wanted", "plaza", "PUBLIC_SAFETY"),
    (facts) => facts.putAuthorisation(authorisation),
  ],
  [
    "a gallery",
    (facts) => facts.deleteGallery("wanted"),
    (facts) => facts.putAuthorisation(authorisation),
  ],
  [
    "a notice",
    (facts) => facts.putRecord("notice", { ...noticeFor(plaza), withdrawnAtMs: NOW }),
    (facts) => facts.putRecord("notice", noticeFor(plaza)),
  ],
  [
    "a notice's version, which names the zone no more",
    (facts) => facts.putRecord("notice", noticeFor({ ...plaza, zoneId: "station" }, 2)),
    (facts) => facts.deleteRecord("notice", noticeFor({ ...plaza, zoneId: "station" }, 2)),
  ],
  [
    "a notice's version, which goes again",
    (facts) => facts.putRecord("notice", { ...noticeFor(plaza, 2), withdrawnAtMs: NOW }),
    (facts) => facts.deleteRecord("notice", noticeFor(plaza, 2)),
  ],
  [
    "an impact assessment",
    (facts) => facts.deleteRecord("assessment", assessmentFor(plaza)),
    (facts) => facts.putRecord("assessment", assessmentFor(plaza)),
  ],
  [
    "an incident",
    (facts) => facts.putRecord("incident", incident),
    (facts) => facts.deleteRecord("incident", incident),
  ],
  [
    "an incident of every zone",
    (facts) => facts.putRecord("incident", { ...incident, zoneIds: [] }),
    (facts) => facts.deleteRecord("incident", incident),
  ],
  [
    "an incident's zones",
    (facts) => facts.putRecord("incident", { ...incident, zoneIds: [] }),
    (facts) => facts.putRecord("incident", { ...incident, zoneIds: ["station"] }),
  ],
  [
    "the operator",
    (facts) => facts.setOperator({ ...operator, name: "Another" }),
    (facts) => facts.setOperator(operator),
  ],
  [
    "the operator, gone",
    (facts) => facts.setOperator(null),
    (facts) => facts.setOperator(operator),
  ],
  [
    "the filing",
    (facts) => facts.setFiling({ overdue: true, policy: "block-all" }),
    (facts) => facts.setFiling({ overdue: false, policy: "block-all" }),
  ],
];

describe("a change", () => {
  it.each(changes)("of %s counts on the very next decision, both ways", (_name, spoil, cure) => {
    const facts = lawfulFacts();
    for (let round = 0; round < 2; round++) {
      expect(identifyViolations(facts)).toEqual([]);
      spoil(facts);
      expect(identifyViolations(facts)).not.toEqual([]);
      cure(facts);
      expect(identifyViolations(facts)).toEqual([]);
    }
  });

  it("of an egress basis counts on the very next decision, both ways", () => {
    const facts = lawfulFacts();
    const asked = { peerAddress: "203.0.113.9" };
    expect(identifyViolations(facts, asked)).toEqual([]);
    facts.deleteRecord("egress", egressBasis);
    expect(identifyViolations(facts, asked)).toHaveLength(1);
    facts.putRecord("egress", egressBasis);
    expect(identifyViolations(facts, asked)).toEqual([]);
  });

  it("of an alternative method counts on the very next decision, both ways", () => {
    const facts = admissionFacts();
    const asked = { purpose: "PUBLIC_SAFETY_ADMISSION" } as const;
    expect(identifyViolations(facts, asked)).toEqual([]);
    facts.deleteRecord("alternative", alternative);
    expect(identifyViolations(facts, asked)).toHaveLength(1);
    facts.putRecord("alternative", alternative);
    expect(identifyViolations(facts, asked)).toEqual([]);
  });

  it("of purpose or method makes the notice and the assessment outdated", () => {
    const outdated = ["NOTICE_OUTDATED notice/plaza-notice/1", "PIA_OUTDATED assessment/pia-1"];
    const facts = lawfulFacts();
    facts.putZone({ ...plaza, method: "Another" });
    expect(linesOf(identifyViolations(facts))).toEqual(outdated);
    const purpose = "PUBLIC_SAFETY_ADMISSION";
    facts.putZone(admission);
    facts.putAuthorisation({ ...authorisation, purpose });
    expect(linesOf(identifyViolations(facts, { purpose }))).toEqual(outdated);
  });

  it("of purpose or method that is taken back leaves both outdated", () => {
    const facts = lawfulFacts();
    facts.putZone(changedBack);
    expect(linesOf(identifyViolations(facts))).toEqual([
      "NOTICE_OUTDATED notice/plaza-notice/1",
      "PIA_OUTDATED assessment/pia-1",
    ]);
    putTold(facts, changedBack);
    expect(identifyViolations(facts)).toEqual([]);
  });
});

describe("what was permitted once", () => {
  it("permits no other camera, gallery, purpose or address", () => {
    const facts = lawfulFacts();
    expect(identifyViolations(facts)).toEqual([]);
    const others = [
      { cameraId: "c2" },
      { galleryId: "staff" },
      { purpose: "PUBLIC_SAFETY_ADMISSION" as const },
      { peerAddress: "10.2.0.1" },
      { zoneId: "station" },
      { cameraId: "m1" },
    ];
    for (const other of others) expect(identifyViolations(facts, other)).not.toEqual([]);
    expect(identifyViolations(facts)).toEqual([]);
  });

  it.each([
    ["gallery", { galleryId: "staff" }, "GALLERY_NOT_AUTHORISED gallery/staff"],
    ["address", { peerAddress: "8.8.8.8" }, "EGRESS_NOT_PERMITTED peer/8.8.8.8"],
  ])("says the same of another %s as if nothing had been asked before", (_name, other, line) => {
    const facts = lawfulFacts();
    const anew = identifyViolations(facts, other);
    expect(linesOf(anew)).toEqual([line]);
    expect(identifyViolations(facts)).toEqual([]);
    expect(identifyViolations(facts, other)).toEqual(anew);
    expect(identifyViolations(facts)).toEqual([]);
  });

  it("permits another address for as long as its egress basis, and no longer", () => {
    const facts = lawfulFacts();
    const end = egressBasis.validUntilMs;
    const foreign = { peerAddress: "203.0.113.9" };
    expect(identifyViolations(facts)).toEqual([]);
    expect(identifyViolations(facts, foreign, end - 1)).toEqual([]);
    expect(linesOf(identifyViolations(facts, foreign, end))).toContain(
      "EGRESS_NOT_PERMITTED peer/203.0.113.9",
    );
  });

  it("is remembered for a few galleries and addresses of a camera", () => {
    const book = createClearances();
    const asked = (galleryId: string) => ({ ...query, galleryId });
    const term = { sinceMs: NOW, untilMs: NOW + 10, mobile: false };
    for (let n = 0; n < 6; n++) keepClearance(book, asked(`g${n}`), term);
    expect(findClearance(book, asked("g5"), NOW)).toMatchObject({ ...term, galleryId: "g5" });
    expect(findClearance(book, asked("g2"), NOW)).toMatchObject({ ...term, galleryId: "g2" });
    // Of what was forgotten or never asked, what holds for the camera is known.
    expect(findClearance(book, asked("g1"), NOW)).toMatchObject({ ...term, galleryId: "g5" });
    expect(
      findClearance(book, { ...asked("g5"), purpose: "PUBLIC_SAFETY_ADMISSION" }, NOW),
    ).toBeNull();
    expect(findClearance(book, { ...asked("g5"), cameraId: "c2" }, NOW)).toBeNull();
    expect(findClearance(book, asked("g5"), NOW - 1)).toBeNull();
    expect(findClearance(book, asked("g5"), NOW + 10)).toBeNull();
  });
});

describe("a refusal", () => {
  it("names both the zone and the gallery for a purpose that neither is for", () => {
    const purpose = "MARKETING" as Purpose;
    expect(linesOf(identifyViolations(lawfulFacts(), { purpose }))).toEqual([
      "ZONE_PURPOSE_MISSING zone/plaza",
      "GALLERY_NOT_AUTHORISED gallery/wanted",
    ]);
  });

  it("lists every violation at once", () => {
    const facts = lawfulFacts();
    facts.putZone({ ...admission, state: "SUSPENDED", necessity: "", validUntilMs: NOW });
    facts.deleteSign("plaza", "sign-east");
    facts.putSign({ ...signAt("west"), inspectedAtMs: 0, items: [] });
    facts.deleteRecord("notice", noticeFor(plaza));
    facts.deleteRecord("alternative", alternative);
    const fieldOfView = plaza.privateAreas[0]?.geofence ?? null;
    facts.putCamera({ ...fixedCamera, zoneId: "station", position: outside, fieldOfView });
    facts.setFiling({ overdue: true, policy: "block-all" });
    const asked = { purpose: "PUBLIC_SAFETY_ADMISSION", peerAddress: "8.8.8.8" } as const;
    expect(linesOf(identifyViolations(facts, asked))).toEqual([
      "ZONE_NOT_ACTIVE zone/plaza",
      "ZONE_EXPIRED zone/plaza",
      "ZONE_PURPOSE_MISSING zone/plaza",
      "SIGNAGE_MISSING zone/plaza/entrance/east",
      "SIGNAGE_STALE zone/plaza/sign/sign-west",
      "SIGNAGE_INCOMPLETE zone/plaza/sign/sign-west",
      "NOTICE_MISSING zone/plaza/notice",
      "PIA_OUTDATED assessment/pia-1",
      "ALTERNATIVE_METHOD_MISSING zone/plaza/alternative",
      "CAMERA_UNKNOWN camera/c1",
      "CAMERA_OUTSIDE_GEOFENCE camera/c1",
      "PRIVATE_SPACE camera/c1/private_area/toilet",
      "EGRESS_NOT_PERMITTED peer/8.8.8.8",
      "GALLERY_NOT_AUTHORISED gallery/wanted",
      "FILING_OVERDUE filing",
    ]);
  });

  it("of an empty world names every rule that can be judged", () => {
    const asked = { zoneId: "", cameraId: "", galleryId: "" };
    expect(linesOf(identifyViolations(lawfulFacts(), asked))).toEqual([
      "ZONE_NOT_REGISTERED zone/",
      "CAMERA_UNKNOWN camera/",
      "GALLERY_NOT_AUTHORISED gallery/",
    ]);
  });

  it("cuts an absurd id in what it says", () => {
    const absurd = "z".repeat(1_000_000);
    for (const field of ["zoneId", "cameraId", "galleryId", "peerAddress"]) {
      for (const { subject } of identifyViolations(lawfulFacts(), { [field]: absurd })) {
        expect(subject.length).toBeLessThan(100);
      }
    }
  });

  it("does not take a sign of the same name in another zone for one of this", () => {
    const facts = lawfulFacts();
    facts.deleteSign("plaza", "sign-east");
    facts.putSign(signAt("east", "station"));
    expect(linesOf(identifyViolations(facts))).toEqual([
      "SIGNAGE_MISSING zone/plaza/entrance/east",
    ]);
  });
});

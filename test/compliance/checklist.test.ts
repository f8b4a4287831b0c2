import { describe, expect, it } from "vitest";
import { type CheckItem, checkZone } from "../../src/compliance/checklist.js";
import type { FactsWriter } from "../../src/compliance/facts.js";
import {
  admission,
  admissionFacts,
  authorisation,
  DAY_MS,
  egressBasis,
  fixedCamera,
  identifyViolations,
  lawfulFacts,
  NOW,
  outside,
  plaza,
  signAt,
} from "./world.js";

const zone = { zoneId: "plaza", withinDays: 0 };

function itemsOf(facts: FactsWriter, withinDays = 0): readonly CheckItem[] {
  return checkZone(facts, { ...zone, withinDays }, NOW).items;
}

const line = ({ reason, subject }: CheckItem) => `${reason} ${subject}`;

describe("checkZone", () => {
  it("lists every rule with every subject, each by its records", () => {
    const check = checkZone(admissionFacts(), zone, NOW);
    expect(check).toMatchObject({ zoneId: "plaza", satisfied: true, checkedAtMs: NOW });
    const lines = check.items.map((item) => `${line(item)} <- ${item.records.join(" ")}`);
    expect(lines).toEqual([
      "ZONE_NOT_REGISTERED zone/plaza <- zone/plaza",
      "ZONE_NOT_ACTIVE zone/plaza <- zone/plaza",
      "ZONE_EXPIRED zone/plaza <- zone/plaza",
      "ZONE_PURPOSE_MISSING zone/plaza <- zone/plaza",
      "SIGNAGE_MISSING zone/plaza/entrance/east <- zone/plaza/sign/sign-east",
      "SIGNAGE_STALE zone/plaza/entrance/east <- zone/plaza/sign/sign-east",
      "SIGNAGE_INCOMPLETE zone/plaza/entrance/east <- zone/plaza/sign/sign-east",
      "SIGNAGE_MISSING zone/plaza/entrance/west <- zone/plaza/sign/sign-west",
      "SIGNAGE_STALE zone/plaza/entrance/west <- zone/plaza/sign/sign-west",
      "SIGNAGE_INCOMPLETE zone/plaza/entrance/west <- zone/plaza/sign/sign-west",
      "NOTICE_MISSING zone/plaza/notice <- notice/plaza-notice/1",
      "NOTICE_OUTDATED zone/plaza/notice <- notice/plaza-notice/1",
      "PIA_MISSING zone/plaza/assessment <- assessment/pia-1",
      "PIA_OUTDATED zone/plaza/assessment <- assessment/pia-1",
      "ALTERNATIVE_METHOD_MISSING zone/plaza/alternative <- zone/plaza/alternative/ticket",
      "CAMERA_UNKNOWN camera/c1 <- camera/c1",
      "CAMERA_OUTSIDE_GEOFENCE camera/c1 <- camera/c1",
      "CAMERA_OUTSIDE_GEOFENCE camera/c1/field_of_view <- camera/c1",
      "PRIVATE_SPACE camera/c1 <- camera/c1",
      "CAMERA_UNKNOWN camera/m1 <- camera/m1",
      "CAMERA_OUTSIDE_GEOFENCE camera/m1 <- camera/m1",
      "PRIVATE_SPACE camera/m1 <- camera/m1",
      "CAMERA_POSITION_STALE camera/m1 <- camera/m1",
      "EGRESS_NOT_PERMITTED zone/plaza/networks <- zone/plaza",
      "EGRESS_NOT_PERMITTED zone/plaza/egress/backhaul <- zone/plaza/egress/backhaul",
      "GALLERY_NOT_AUTHORISED gallery/wanted <- gallery/wanted",
      "FILING_OVERDUE filing <- ",
    ]);
    for (const { satisfied, description, remedy } of check.items) {
      expect(satisfied).toBe(true);
      expect(description).toMatch(/\.$/);
      expect(remedy).toBe("");
    }
  });

  it("says until when the clock alone leaves each item satisfied", () => {
    const ending = itemsOf(lawfulFacts()).filter((item) => item.satisfiedUntilMs !== null);
    const days = ending.map((item) => [line(item), ((item.satisfiedUntilMs ?? 0) - NOW) / DAY_MS]);
    expect(Object.fromEntries(days)).toEqual({
      "ZONE_EXPIRED zone/plaza": 100,
      "SIGNAGE_STALE zone/plaza/entrance/east": 89,
      "SIGNAGE_STALE zone/plaza/entrance/west": 89,
      "PIA_OUTDATED zone/plaza/assessment": 200,
      "EGRESS_NOT_PERMITTED zone/plaza/egress/backhaul": 50,
    });
  });

  it.each([
    [0, 0],
    [49, 0],
    [50, 1],
    [88.9, 1],
    [89, 3],
    [100, 4],
    [200, 5],
    [3660, 5],
  ])("within %d days marks %d items that will fail", (withinDays, count) => {
    expect(itemsOf(lawfulFacts(), withinDays).filter((item) => item.expiresSoon)).toHaveLength(
      count,
    );
  });

  it("stands by the sign whose inspection is due last", () => {
    const facts = lawfulFacts();
    facts.putSign({ ...signAt("east"), signId: "newer", inspectedAtMs: NOW });
    const stale = itemsOf(facts).find(
      (item) => line(item) === "SIGNAGE_STALE zone/plaza/entrance/east",
    );
    expect(stale?.records).toEqual(["zone/plaza/sign/newer"]);
    expect(stale?.satisfiedUntilMs).toBe(NOW + 90 * DAY_MS);
  });

  it("lists what is not satisfied just as the gate refuses it", () => {
    const facts = lawfulFacts();
    facts.putZone({ ...plaza, state: "SUSPENDED", method: "Another" });
    facts.deleteSign("plaza", "sign-east");
    facts.putCamera({ ...fixedCamera, position: outside });
    facts.setFiling({ overdue: true, policy: "block-all" });
    const check = checkZone(facts, { ...zone, cameraId: "c1", galleryId: "staff" }, NOW);
    expect(check.satisfied).toBe(false);
    const broken = check.items.filter(({ satisfied }) => !satisfied);
    const refused = identifyViolations(facts, { galleryId: "staff" });
    expect(broken).toHaveLength(7);
    expect(broken).toMatchObject(refused);
    for (const { satisfiedUntilMs, expiresSoon } of broken) {
      expect(satisfiedUntilMs).toBeNull();
      expect(expiresSoon).toBe(false);
    }
  });

  it("checks the camera and the gallery that it is asked for, known or not", () => {
    const asked = { ...zone, cameraId: "c9", galleryId: "staff" };
    const { items } = checkZone(lawfulFacts(), asked, NOW);
    expect(items.filter(({ satisfied }) => !satisfied).map(line)).toEqual([
      "CAMERA_UNKNOWN camera/c9",
      "GALLERY_NOT_AUTHORISED gallery/staff",
    ]);
  });

  it("misses cameras and galleries in a zone that has none for its purpose", () => {
    const facts = lawfulFacts();
    facts.deleteCamera("c1");
    facts.deleteCamera("m1");
    facts.deleteGallery("wanted");
    facts.putAuthorisation({ ...authorisation, purpose: admission.purpose });
    const broken = itemsOf(facts).filter(({ satisfied }) => !satisfied);
    expect(broken.map(line)).toEqual([
      "CAMERA_UNKNOWN zone/plaza/camera",
      "GALLERY_NOT_AUTHORISED zone/plaza/gallery",
    ]);
    for (const { remedy } of broken) expect(remedy).toMatch(/\(\w+Service\.\w+\)/);
  });

  it("shows an egress basis that has run out", () => {
    const facts = lawfulFacts();
    facts.putRecord("egress", { ...egressBasis, validUntilMs: NOW });
    expect(itemsOf(facts).filter(({ satisfied }) => !satisfied)).toMatchObject([
      { reason: "EGRESS_NOT_PERMITTED", records: ["zone/plaza/egress/backhaul"] },
    ]);
  });

  it("of a zone that is not there says only that", () => {
    const check = checkZone(lawfulFacts(), { ...zone, zoneId: "nowhere" }, NOW);
    expect(check.satisfied).toBe(false);
    expect(check.items.map(line)).toEqual(["ZONE_NOT_REGISTERED zone/nowhere"]);
  });
});

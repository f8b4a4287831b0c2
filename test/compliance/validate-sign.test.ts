import { describe, expect, it } from "vitest";
import { prepareGeofence } from "../../src/compliance/containment.js";
import {
  INSPECTOR_LENGTH_MAX,
  type RawInspection,
  type RawSign,
  validateInspection,
  validateSign,
} from "../../src/compliance/validate-sign.js";
import { noticeItems } from "../../src/store/records.js";
import { accepted, fieldsOf } from "./fields.js";
import { DAY_MS, inside, NOW, outside, plaza } from "./world.js";

const geofence = prepareGeofence(plaza.geofence);

const rawSign: RawSign = {
  signId: "s1",
  zoneId: "plaza",
  entranceId: "east",
  position: { ...inside, datum: "WGS84" },
  photoSha256: new Uint8Array(32).fill(0xab),
  installedAtMs: NOW - DAY_MS,
  items: noticeItems,
};

describe("validateSign", () => {
  it("makes a record of what is right, whose installation is its first inspection", () => {
    expect(accepted(validateSign(rawSign, plaza, NOW, geofence))).toEqual({
      ...rawSign,
      position: inside,
      photoSha256: "ab".repeat(32),
      inspectedAtMs: NOW - DAY_MS,
      inspector: "",
    });
  });

  it("takes an inspection from before it was recorded", () => {
    const raw = { ...rawSign, inspectedAtMs: NOW - 1 };
    expect(accepted(validateSign(raw, plaza, NOW, geofence)).inspectedAtMs).toBe(NOW - 1);
  });

  it("records a sign that lacks photograph and items, which is the gate's to refuse", () => {
    const raw = { ...rawSign, photoSha256: new Uint8Array(0), items: [] };
    expect(accepted(validateSign(raw, plaza, NOW, geofence))).toMatchObject({
      photoSha256: "",
      items: [],
    });
  });

  it.each([
    ["an id that is none", { signId: "S 1" }, ["sign.sign_id"]],
    ["another zone", { zoneId: "station" }, ["sign.zone_id"]],
    ["an entrance that the zone lacks", { entranceId: "north" }, ["sign.entrance_id"]],
    ["no position", { position: null }, ["sign.position"]],
    ["a place far away", { position: { ...outside, datum: "WGS84" } }, ["sign.position"]],
    ["a short hash", { photoSha256: new Uint8Array(31) }, ["sign.photo_sha256"]],
    ["a date in the future", { installedAtMs: NOW + 1 }, ["sign.install_time"]],
    ["no date", { installedAtMs: null }, ["sign.install_time"]],
    ["an unknown item", { items: ["WEATHER"] }, ["sign.items[0]"]],
    ["an item twice", { items: ["RIGHTS", "RIGHTS"] }, ["sign.items[1]"]],
    ["a thousand items", { items: Array(1000).fill("RIGHTS") }, ["sign.items"]],
    ["an inspection in the future", { inspectedAtMs: NOW + 1 }, ["sign.inspect_time"]],
    [
      "an inspection before the installation",
      { inspectedAtMs: NOW - 2 * DAY_MS },
      ["sign.inspect_time"],
    ],
  ] as const)("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateSign({ ...rawSign, ...change }, plaza, NOW, geofence))).toEqual(fields);
  });
});

describe("validateInspection", () => {
  const sign = accepted(validateSign(rawSign, plaza, NOW, geofence));
  const LATER = NOW + 10 * DAY_MS;
  const raw: RawInspection = {
    inspector: "Li Lei",
    inspectedAtMs: NOW,
    photoSha256: new Uint8Array(0),
  };

  it("dates the sign's inspection, and keeps the old photograph without a new one", () => {
    expect(accepted(validateInspection(raw, sign, LATER))).toEqual({
      ...sign,
      inspector: "Li Lei",
      inspectedAtMs: NOW,
    });
  });

  it("is of now when it does not say, and brings its photograph", () => {
    const inspected = { ...raw, inspectedAtMs: null, photoSha256: new Uint8Array(32).fill(1) };
    expect(accepted(validateInspection(inspected, sign, LATER))).toMatchObject({
      inspectedAtMs: LATER,
      photoSha256: "01".repeat(32),
    });
  });

  it.each([
    ["nobody", { inspector: "" }, ["inspector"]],
    ["blanks", { inspector: "  " }, ["inspector"]],
    ["an endless name", { inspector: "x".repeat(INSPECTOR_LENGTH_MAX + 1) }, ["inspector"]],
    ["the future", { inspectedAtMs: LATER + 1 }, ["inspect_time"]],
    ["a date before the last one", { inspectedAtMs: NOW - DAY_MS - 1 }, ["inspect_time"]],
    ["a short hash", { photoSha256: new Uint8Array(5) }, ["photo_sha256"]],
  ])("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateInspection({ ...raw, ...change }, sign, LATER))).toEqual(fields);
  });
});

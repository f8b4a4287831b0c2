import { describe, expect, it } from "vitest";
import { DISPLAY_NAME_LENGTH_MAX, validatePosition } from "../../src/compliance/checks.js";
import { type RawCamera, validateCamera } from "../../src/compliance/validate-camera.js";
import { type RawSign, validateSign } from "../../src/compliance/validate-sign.js";
import {
  ENTRANCES_MAX,
  NECESSITY_LENGTH_MAX,
  type RawZone,
  validateZone,
} from "../../src/compliance/validate-zone.js";
import { DAY_MS, inside, NOW, outside, plaza, square } from "./world.js";

const here = { ...inside, datum: "WGS84" } as const;
const far = { ...outside, datum: "WGS84" } as const;
const east = { entranceId: "east", displayName: "East", position: here };

const rawZone: RawZone = {
  zoneId: "plaza",
  displayName: "Plaza",
  placeType: "STREET_OR_SQUARE",
  purpose: "PUBLIC_SAFETY",
  necessity: "Crowds",
  geofenceGeojson: JSON.stringify({ type: "Polygon", coordinates: square }),
  geofenceDatum: "WGS84",
  entrances: [east],
  validFromMs: NOW,
  validUntilMs: NOW + DAY_MS,
};

const rawSign: RawSign = {
  signId: "s1",
  zoneId: "plaza",
  entranceId: "east",
  position: here,
  photoSha256: new Uint8Array(32).fill(0xab),
  installedAtMs: NOW - DAY_MS,
};

const rawCamera: RawCamera = {
  cameraId: "c1",
  zoneId: "plaza",
  displayName: "Mast",
  mobile: false,
  position: here,
};

const fieldsOf = (result: { ok: boolean; fields?: readonly { field: string }[] }) =>
  (result.fields ?? []).map(({ field }) => field);

describe("validateZone", () => {
  it("makes a draft of what is right", () => {
    const result = validateZone(rawZone, NOW);
    if (!result.ok) throw new Error("refused");
    expect(result.record).toMatchObject({
      zoneId: "plaza",
      state: "DRAFT",
      placeType: "STREET_OR_SQUARE",
      createdAtMs: NOW,
      updatedAtMs: NOW,
    });
    expect(result.record.geofence.polygons).toEqual([square]);
    expect(result.record.entrances).toEqual([
      { entranceId: "east", displayName: "East", position: inside },
    ]);
  });

  it("lets a draft leave its necessity open, and start now", () => {
    const result = validateZone({ ...rawZone, necessity: "", validFromMs: null }, NOW);
    expect(result).toMatchObject({ ok: true, record: { necessity: "", validFromMs: NOW } });
  });

  const entranceAt = (position: RawZone["entrances"][number]["position"]) => ({
    entrances: [{ ...east, position }],
  });

  it.each([
    ["an id with capitals", { zoneId: "Plaza" }, ["zone_id"]],
    ["an empty id", { zoneId: "" }, ["zone_id"]],
    ["an endless name", { displayName: "x".repeat(DISPLAY_NAME_LENGTH_MAX + 1) }, ["display_name"]],
    ["a control character", { displayName: "a\u0007" }, ["display_name"]],
    ["half a surrogate pair", { displayName: "\ud800" }, ["display_name"]],
    ["an endless necessity", { necessity: "x".repeat(NECESSITY_LENGTH_MAX + 1) }, ["necessity"]],
    ["a private place", { placeType: "HOTEL_ROOM" }, ["place_type"]],
    ["no geofence", { geofenceGeojson: "" }, ["geofence_geojson"]],
    ["reversed dates", { validUntilMs: NOW - 1 }, ["valid_until"]],
    ["no end", { validUntilMs: null }, ["valid_until"]],
    ["a date that is no number", { validFromMs: NaN }, ["valid_from"]],
    ["a date beyond the calendar", { validUntilMs: 1e18 }, ["valid_until"]],
    ["no entrance", { entrances: [] }, ["entrances"]],
    ["too many entrances", { entrances: Array(ENTRANCES_MAX + 1).fill(east) }, ["entrances"]],
    ["an entrance twice", { entrances: [east, east] }, ["entrances[1].entrance_id"]],
    ["an entrance far away", entranceAt(far), ["entrances[0].position"]],
    ["an entrance nowhere", entranceAt(null), ["entrances[0].position"]],
    [
      "an entrance that is not a number",
      entranceAt({ latitude: NaN, longitude: Infinity, datum: "WGS84" }),
      ["entrances[0].position.latitude", "entrances[0].position.longitude"],
    ],
  ] as const)("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateZone({ ...rawZone, ...change }, NOW))).toEqual(fields);
  });

  it("accepts an entrance a few steps outside the geofence", () => {
    const position = { latitude: 39.9102, longitude: 116.405, datum: "WGS84" } as const;
    expect(validateZone({ ...rawZone, ...entranceAt(position) }, NOW).ok).toBe(true);
  });

  it("lists every wrong field at once", () => {
    const wrong = { ...rawZone, zoneId: "", placeType: "", entrances: [], validUntilMs: null };
    expect(fieldsOf(validateZone(wrong, NOW))).toEqual([
      "zone_id",
      "place_type",
      "entrances",
      "valid_until",
    ]);
  });
});

describe("validateSign", () => {
  it("makes a record of what is right", () => {
    expect(validateSign(rawSign, plaza, NOW)).toEqual({
      ok: true,
      record: { ...rawSign, position: inside, photoSha256: "ab".repeat(32) },
    });
  });

  it.each([
    ["an id that is none", { signId: "S 1" }, ["sign.sign_id"]],
    ["another zone", { zoneId: "station" }, ["sign.zone_id"]],
    ["an entrance that the zone lacks", { entranceId: "north" }, ["sign.entrance_id"]],
    ["no position", { position: null }, ["sign.position"]],
    ["a place far away", { position: far }, ["sign.position"]],
    ["a short hash", { photoSha256: new Uint8Array(31) }, ["sign.photo_sha256"]],
    ["no hash", { photoSha256: new Uint8Array(0) }, ["sign.photo_sha256"]],
    ["a date in the future", { installedAtMs: NOW + 1 }, ["sign.install_time"]],
    ["no date", { installedAtMs: null }, ["sign.install_time"]],
  ] as const)("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateSign({ ...rawSign, ...change }, plaza, NOW))).toEqual(fields);
  });
});

describe("validateCamera", () => {
  it("records a fixed camera, inside its zone or not", () => {
    expect(validateCamera({ ...rawCamera, position: far })).toMatchObject({
      ok: true,
      record: { cameraId: "c1", position: outside },
    });
  });

  it("records a mobile camera without a position", () => {
    expect(validateCamera({ ...rawCamera, mobile: true, position: null })).toMatchObject({
      ok: true,
      record: { position: null },
    });
  });

  it.each([
    ["no ids", { cameraId: "", zoneId: "" }, ["camera.camera_id", "camera.zone_id"]],
    ["a fixed camera that is nowhere", { position: null }, ["camera.position"]],
    ["a mobile camera with a place", { mobile: true }, ["camera.position"]],
    [
      "swapped coordinates",
      { position: { latitude: 116.4, longitude: 39.9, datum: "WGS84" } },
      ["camera.position.latitude"],
    ],
    [
      "GCJ-02 outside China",
      { position: { latitude: 48.8, longitude: 2.3, datum: "GCJ02" } },
      ["camera.position"],
    ],
  ] as const)("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateCamera({ ...rawCamera, ...change }))).toEqual(fields);
  });
});

describe("validatePosition", () => {
  it("converts to WGS-84 and keeps the original", () => {
    const raw = { latitude: 39.91334545536069, longitude: 116.38404722455657, datum: "GCJ02" };
    const result = validatePosition({ ...raw, datum: "GCJ02" }, "camera_position");
    if (!result.ok) throw new Error("refused");
    expect(result.record.latitude).toBeCloseTo(39.911954, 7);
    expect(result.record.original).toEqual(raw);
  });

  it("says when coordinates look swapped", () => {
    const raw = { latitude: 116.4, longitude: 39.9, datum: "WGS84" } as const;
    const result = validatePosition(raw, "camera_position");
    expect(result).toMatchObject({
      ok: false,
      fields: [{ description: expect.stringContaining("swapped") }],
    });
  });
});

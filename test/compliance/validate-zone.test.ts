import { describe, expect, it } from "vitest";
import { DISPLAY_NAME_LENGTH_MAX } from "../../src/compliance/checks.js";
import { GEOJSON_LENGTH_MAX } from "../../src/compliance/geojson.js";
import { NETWORKS_MAX } from "../../src/compliance/networks.js";
import {
  ENTRANCES_MAX,
  PRIVATE_AREAS_MAX,
  PRIVATE_VERTICES_MAX,
} from "../../src/compliance/validate-ground.js";
import {
  METHOD_LENGTH_MAX,
  mergeZone,
  NECESSITY_LENGTH_MAX,
  type RawZone,
  validateZone,
  zoneMaskPaths,
} from "../../src/compliance/validate-zone.js";
import { accepted, fieldsOf, problemOf } from "./fields.js";
import { box, DAY_MS, inside, NOW, outside, square } from "./world.js";

const here = { ...inside, datum: "WGS84" } as const;
const far = { ...outside, datum: "WGS84" } as const;
const east = { entranceId: "east", displayName: "East", position: here };
const toGeojson = (coordinates: unknown) => JSON.stringify({ type: "Polygon", coordinates });
const room = toGeojson(box(116.401, 39.901, 116.402, 39.902));
const toilet = { areaId: "toilet", displayName: "Toilet", geojson: room };

const rawZone: RawZone = {
  zoneId: "plaza",
  displayName: "Plaza",
  placeType: "STREET_OR_SQUARE",
  purpose: "PUBLIC_SAFETY",
  necessity: "Crowds",
  method: "Faces in view are compared with a list",
  geofenceGeojson: toGeojson(square),
  geofenceDatum: "WGS84",
  entrances: [east],
  validFromMs: NOW,
  validUntilMs: NOW + DAY_MS,
  permittedNetworks: ["10.0.0.0/8"],
  retentionDaysMax: 30,
  inspectionIntervalDays: 7,
  privateAreas: [toilet],
};

const outline = (vertices: number) =>
  Array.from({ length: vertices + 1 }, (_, i) => {
    const angle = ((i % vertices) / vertices) * 2 * Math.PI;
    return [116.405 + 0.001 * Math.cos(angle), 39.905 + 0.001 * Math.sin(angle)];
  });

describe("validateZone", () => {
  it("makes a draft of what is right", () => {
    const zone = accepted(validateZone(rawZone, NOW));
    expect(zone).toMatchObject({
      zoneId: "plaza",
      state: "DRAFT",
      placeType: "STREET_OR_SQUARE",
      method: "Faces in view are compared with a list",
      permittedNetworks: ["10.0.0.0/8"],
      retentionDaysMax: 30,
      inspectionIntervalDays: 7,
      createdAtMs: NOW,
      updatedAtMs: NOW,
    });
    expect(zone.geofence.polygons).toEqual([square]);
    expect(zone.entrances).toEqual([{ entranceId: "east", displayName: "East", position: inside }]);
    expect(zone.privateAreas).toMatchObject([{ areaId: "toilet", displayName: "Toilet" }]);
  });

  it("lets a draft leave its necessity and method open, and start now", () => {
    const raw = { ...rawZone, necessity: "", method: "", validFromMs: null };
    expect(accepted(validateZone(raw, NOW))).toMatchObject({
      necessity: "",
      method: "",
      validFromMs: NOW,
    });
  });

  it("takes the defaults of the proto for limits of 0", () => {
    const raw = { ...rawZone, retentionDaysMax: 0, inspectionIntervalDays: 0 };
    expect(accepted(validateZone(raw, NOW))).toMatchObject({
      retentionDaysMax: 365,
      inspectionIntervalDays: 90,
    });
  });

  it("knows admission as a purpose", () => {
    const raw = { ...rawZone, purpose: "PUBLIC_SAFETY_ADMISSION" };
    expect(accepted(validateZone(raw, NOW)).purpose).toBe("PUBLIC_SAFETY_ADMISSION");
  });

  it("writes networks canonically", () => {
    const raw = { ...rawZone, permittedNetworks: ["FD00:0::/8", "::ffff:192.168.0.0/112"] };
    expect(accepted(validateZone(raw, NOW)).permittedNetworks).toEqual([
      "fd00::/8",
      "192.168.0.0/16",
    ]);
  });

  it("converts private areas from the geofence's datum", () => {
    const raw = { ...rawZone, geofenceDatum: "GCJ02" } as const;
    const entrances = [{ ...east, position: { ...inside, datum: "GCJ02" } as const }];
    const zone = accepted(validateZone({ ...raw, entrances }, NOW));
    const area = zone.privateAreas[0]?.geofence;
    expect(area?.original).toEqual({ datum: "GCJ02", geojson: room });
    expect(area?.polygons[0]?.[0]?.[0]?.[0]).toBeCloseTo(116.401 - 0.00624, 4);
  });

  const entranceAt = (position: RawZone["entrances"][number]["position"]) => ({
    entrances: [{ ...east, position }],
  });
  const areas = (...geojson: readonly string[]) => ({
    privateAreas: geojson.map((text, at) => ({ ...toilet, areaId: `a${at}`, geojson: text })),
  });
  const area = "private_areas[0].geojson";

  it.each([
    ["an id with capitals", { zoneId: "Plaza" }, ["zone_id"]],
    ["an empty id", { zoneId: "" }, ["zone_id"]],
    ["an endless name", { displayName: "x".repeat(DISPLAY_NAME_LENGTH_MAX + 1) }, ["display_name"]],
    ["a control character", { displayName: "a\u0007" }, ["display_name"]],
    ["half a surrogate pair", { displayName: "\ud800" }, ["display_name"]],
    ["an endless necessity", { necessity: "x".repeat(NECESSITY_LENGTH_MAX + 1) }, ["necessity"]],
    ["an endless method", { method: "x".repeat(METHOD_LENGTH_MAX + 1) }, ["method"]],
    ["a private place", { placeType: "HOTEL_ROOM" }, ["place_type"]],
    ["no place type", { placeType: "" }, ["place_type"]],
    ["another purpose", { purpose: "MARKETING" }, ["purpose"]],
    ["no geofence", { geofenceGeojson: "" }, ["geofence_geojson"]],
    ["reversed dates", { validUntilMs: NOW - 1 }, ["valid_until"]],
    ["a validity of nothing", { validUntilMs: NOW }, ["valid_until"]],
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
    ["a network that is none", { permittedNetworks: ["10.0.0.1/8"] }, ["permitted_networks[0]"]],
    [
      "a network twice, however written",
      { permittedNetworks: ["10.0.0.0/8", "::ffff:10.0.0.0/104"] },
      ["permitted_networks[1]"],
    ],
    ["a public network", { permittedNetworks: ["203.0.113.0/24"] }, ["permitted_networks"]],
    [
      "too many networks",
      { permittedNetworks: Array(NETWORKS_MAX + 1).fill("10.0.0.0/8") },
      ["permitted_networks"],
    ],
    ["an endless retention", { retentionDaysMax: 36_501 }, ["retention_days_max"]],
    ["a retention of half a day", { retentionDaysMax: 0.5 }, ["retention_days_max"]],
    ["a rare inspection", { inspectionIntervalDays: 367 }, ["inspection_interval_days"]],
    ["a private area elsewhere", areas(toGeojson(box(10, 10, 11, 11))), [area]],
    ["a private area that sticks out", areas(toGeojson(box(116.4, 39.9, 116.5, 39.905))), [area]],
    ["a private area that is none", areas("{}"), [area]],
    ["a private area twice", { privateAreas: [toilet, toilet] }, ["private_areas[1].area_id"]],
    [
      "too many private areas",
      { privateAreas: Array(PRIVATE_AREAS_MAX + 1).fill(toilet) },
      ["private_areas"],
    ],
    [
      "private areas of too many vertices together",
      areas(...Array(3).fill(toGeojson([outline(PRIVATE_VERTICES_MAX / 2)]))),
      ["private_areas"],
    ],
    [
      "private areas of too many characters together",
      areas(room, room.padEnd(GEOJSON_LENGTH_MAX / 2), room.padEnd(GEOJSON_LENGTH_MAX / 2)),
      ["private_areas"],
    ],
  ] as const)("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateZone({ ...rawZone, ...change }, NOW))).toEqual(fields);
  });

  it("reads no private area behind one that is wrong, of which there may be as many as allowed", () => {
    const bow = toGeojson([
      [
        [116.401, 39.901],
        [116.402, 39.902],
        [116.402, 39.901],
        [116.401, 39.902],
        [116.401, 39.901],
      ],
    ]);
    const wrong = areas(room, ...Array<string>(PRIVATE_AREAS_MAX - 1).fill(bow));
    expect(fieldsOf(validateZone({ ...rawZone, ...wrong }, NOW))).toEqual([
      "private_areas[1].geojson",
    ]);
  });

  it("refuses private areas whose comparison with the geofence would take too long", () => {
    // Slanting combs side by side: every box about an edge meets every other.
    const comb = (teeth: number, left: number, width: number) => {
      const tips = Array.from({ length: teeth }, (_, at) => [
        [left + 0.0008 + (width * at) / teeth, 39.9085],
        [left + (width * (at + 0.5)) / teeth, 39.9005],
      ]).flat();
      const foot = [left - 0.0001, 39.9001];
      return [foot, ...tips, [left + width + 0.0001, 39.9001], foot];
    };
    const geofenceGeojson = toGeojson([...square, comb(700, 116.4036, 0.0004)]);
    const many = areas(...Array<string>(3).fill(toGeojson([comb(300, 116.4031, 0.0002)])));
    const result = validateZone({ ...rawZone, geofenceGeojson, ...many }, NOW);
    expect(fieldsOf(result)).toEqual(["private_areas[0].geojson"]);
    expect(problemOf(result)).toMatch(/takes too long to compare/);
    const few = areas(...Array<string>(3).fill(toGeojson([comb(5, 116.4031, 0.0002)])));
    expect(fieldsOf(validateZone({ ...rawZone, geofenceGeojson, ...few }, NOW))).toEqual([]);
  });

  it("accepts an entrance a few steps outside the geofence", () => {
    const position = { latitude: 39.9102, longitude: 116.405, datum: "WGS84" } as const;
    expect(validateZone({ ...rawZone, ...entranceAt(position) }, NOW).ok).toBe(true);
  });

  it("says when an entrance's coordinates look swapped", () => {
    const kashgar = box(75.98, 39.46, 75.99, 39.47);
    const position = { latitude: 75.985, longitude: 39.465, datum: "WGS84" } as const;
    const raw = {
      ...rawZone,
      geofenceGeojson: toGeojson(kashgar),
      privateAreas: [],
      ...entranceAt(position),
    };
    expect(problemOf(validateZone(raw, NOW))).toMatch(/swapped/);
  });

  it("refuses a million vertices without reading them", () => {
    const text = `{"type":"Polygon","coordinates":[[${"[116.405,39.905],".repeat(1e6)}[0,0]]]}`;
    expect(text.length).toBeGreaterThan(GEOJSON_LENGTH_MAX);
    expect(problemOf(validateZone({ ...rawZone, geofenceGeojson: text }, NOW))).toMatch(/longer/);
  });

  it("tells the remedy for a public network", () => {
    const raw = { ...rawZone, permittedNetworks: ["8.8.8.8/32"] };
    expect(problemOf(validateZone(raw, NOW))).toMatch(/8\.8\.8\.8\/32.*egress basis/);
  });

  it("lists every wrong field at once", () => {
    const wrong = {
      ...rawZone,
      zoneId: "",
      placeType: "",
      entrances: [],
      validUntilMs: null,
      permittedNetworks: ["x"],
      retentionDaysMax: -1,
      privateAreas: [{ areaId: "", displayName: "", geojson: "" }],
    };
    expect(fieldsOf(validateZone(wrong, NOW)).toSorted()).toEqual([
      "entrances",
      "permitted_networks[0]",
      "place_type",
      "private_areas[0].area_id",
      "private_areas[0].geojson",
      "retention_days_max",
      "valid_until",
      "zone_id",
    ]);
  });
});

describe("mergeZone", () => {
  const zone = { ...accepted(validateZone(rawZone, NOW)), state: "ACTIVE" } as const;
  const LATER = NOW + 1000;
  const nothing: RawZone = {
    ...rawZone,
    displayName: "",
    placeType: "",
    purpose: "",
    necessity: "",
    method: "",
    geofenceGeojson: "",
    entrances: [],
    validFromMs: null,
    validUntilMs: null,
    permittedNetworks: [],
    retentionDaysMax: 0,
    inspectionIntervalDays: 0,
    privateAreas: [],
  };

  it("changes what the mask names, and keeps the very objects of the rest", () => {
    const raw = { ...nothing, necessity: "A festival" };
    const merged = accepted(mergeZone(zone, raw, ["necessity"], LATER));
    const noticeRevision = zone.noticeRevision + 1;
    const changed = { necessity: "A festival", noticeRevision, updatedAtMs: LATER };
    expect(merged).toEqual({ ...zone, ...changed });
    expect(merged.geofence).toBe(zone.geofence);
    expect(merged.privateAreas).toBe(zone.privateAreas);
  });

  it("changes every field but id and state with an empty mask", () => {
    const raw = { ...rawZone, displayName: "New", method: "Other", privateAreas: [] };
    expect(accepted(mergeZone(zone, raw, [], LATER))).toMatchObject({
      zoneId: "plaza",
      state: "ACTIVE",
      createdAtMs: NOW,
      updatedAtMs: LATER,
      displayName: "New",
      method: "Other",
      privateAreas: [],
    });
    expect(mergeZone(zone, nothing, [], LATER).ok).toBe(false);
  });

  it("sets a masked limit of 0 to its default", () => {
    const merged = accepted(mergeZone(zone, nothing, ["retention_days_max"], LATER));
    expect(merged).toMatchObject({ retentionDaysMax: 365, inspectionIntervalDays: 7 });
  });

  it("clears lists that the mask names", () => {
    const paths = ["permitted_networks", "private_areas"];
    expect(accepted(mergeZone(zone, nothing, paths, LATER))).toMatchObject({
      permittedNetworks: [],
      privateAreas: [],
    });
  });

  it.each(zoneMaskPaths.filter((path) => path !== "geofence_datum"))("takes %s alone", (path) => {
    expect(fieldsOf(mergeZone(zone, rawZone, [path], LATER))).toEqual([]);
  });

  it.each([
    ["an unknown path", ["colour"], ["update_mask.paths[0]"]],
    ["a path in another spelling", ["displayName"], ["update_mask.paths[0]"]],
    ["a path with its message", ["zone.method"], ["update_mask.paths[0]"]],
    ["a path into a list", ["method", "entrances[0].position"], ["update_mask.paths[1]"]],
    ["the id", ["zone_id"], ["update_mask.paths[0]"]],
    ["the state", ["state"], ["update_mask.paths[0]"]],
    ["a star", ["*"], ["update_mask.paths[0]"]],
    ["the datum alone", ["geofence_datum"], ["update_mask"]],
    ["a thousand paths", Array(1000).fill("method"), ["update_mask"]],
  ])("refuses %s in the mask", (_name, mask, fields) => {
    expect(fieldsOf(mergeZone(zone, rawZone, mask, LATER))).toEqual(fields);
  });

  it("names wrong fields inside the request's zone, and only those that the mask names", () => {
    expect(fieldsOf(mergeZone(zone, nothing, ["entrances", "valid_until"], LATER))).toEqual([
      "zone.entrances",
      "zone.valid_until",
    ]);
    expect(fieldsOf(mergeZone(zone, { ...rawZone, zoneId: "other" }, ["method"], LATER))).toEqual([
      "zone.zone_id",
    ]);
  });

  it("holds a new date against the old one", () => {
    const raw = { ...nothing, validFromMs: NOW + 2 * DAY_MS };
    expect(fieldsOf(mergeZone(zone, raw, ["valid_from"], LATER))).toEqual(["zone.valid_until"]);
  });

  it("refuses a new geofence that leaves entrances or private areas outside", () => {
    const raw = { ...nothing, geofenceGeojson: toGeojson(box(116.42, 39.9, 116.43, 39.91)) };
    const result = mergeZone(zone, raw, ["geofence_geojson"], LATER);
    expect(fieldsOf(result)).toEqual(["zone.geofence_geojson", "zone.geofence_geojson"]);
    expect(problemOf(result)).toMatch(/entrance "east"/);
  });

  it("accepts a new geofence that comes with its entrances and private areas", () => {
    const raw = {
      ...nothing,
      geofenceGeojson: toGeojson(box(116.42, 39.9, 116.43, 39.91)),
      entrances: [{ ...east, position: { ...here, longitude: 116.425 } }],
    };
    const paths = ["geofence_geojson", "entrances", "private_areas"];
    expect(accepted(mergeZone(zone, raw, paths, LATER)).entrances).toHaveLength(1);
  });
});

import { describe, expect, it } from "vitest";
import { validatePosition } from "../../src/compliance/checks.js";
import {
  DEVICE_IDENTITY_LENGTH_MAX,
  FIELD_OF_VIEW_VERTICES_MAX,
  type RawCamera,
  validateCamera,
} from "../../src/compliance/validate-camera.js";
import { accepted, fieldsOf, problemOf } from "./fields.js";
import { box, inside, outside } from "./world.js";

const toGeojson = (coordinates: unknown) => JSON.stringify({ type: "Polygon", coordinates });
const view = toGeojson(box(116.404, 39.904, 116.406, 39.906));

const rawCamera: RawCamera = {
  cameraId: "c1",
  zoneId: "plaza",
  displayName: "Mast",
  mobile: false,
  position: { ...inside, datum: "WGS84" },
  fieldOfViewGeojson: view,
  deviceIdentity: "SN-0001",
};
const bare = { fieldOfViewGeojson: "", deviceIdentity: "" };

describe("validateCamera", () => {
  it("records a fixed camera with what it sees", () => {
    expect(accepted(validateCamera(rawCamera))).toEqual({
      cameraId: "c1",
      zoneId: "plaza",
      displayName: "Mast",
      position: inside,
      fieldOfView: { polygons: [box(116.404, 39.904, 116.406, 39.906)] },
      deviceIdentity: "SN-0001",
    });
  });

  it("records a camera outside its zone, which is the gate's to refuse", () => {
    const raw = { ...rawCamera, ...bare, position: { ...outside, datum: "WGS84" } as const };
    expect(accepted(validateCamera(raw))).toMatchObject({
      position: outside,
      fieldOfView: null,
      deviceIdentity: "",
    });
  });

  it("records a mobile camera without position and field of view", () => {
    const raw = { ...rawCamera, ...bare, mobile: true, position: null };
    expect(accepted(validateCamera(raw))).toMatchObject({ position: null, fieldOfView: null });
  });

  const wide = Array.from({ length: FIELD_OF_VIEW_VERTICES_MAX + 1 }, (_, i) => [i / 1e6, i % 2]);

  it.each([
    ["no ids", { cameraId: "", zoneId: "" }, ["camera.camera_id", "camera.zone_id"]],
    ["a fixed camera that is nowhere", { position: null }, ["camera.position"]],
    [
      "a mobile camera with a place and a view",
      { mobile: true },
      ["camera.position", "camera.field_of_view_geojson"],
    ],
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
    [
      "BD-09 outside China",
      { position: { latitude: -33.9, longitude: 151.2, datum: "BD09" } },
      ["camera.position"],
    ],
    ["a view that is none", { fieldOfViewGeojson: "[]" }, ["camera.field_of_view_geojson"]],
    [
      "a view that crosses itself",
      {
        fieldOfViewGeojson: toGeojson([
          [
            [0, 0],
            [1, 1],
            [1, 0],
            [0, 1],
            [0, 0],
          ],
        ]),
      },
      ["camera.field_of_view_geojson"],
    ],
    [
      "a view of too many vertices",
      { fieldOfViewGeojson: toGeojson([wide]) },
      ["camera.field_of_view_geojson"],
    ],
    [
      "an endless device identity",
      { deviceIdentity: "x".repeat(DEVICE_IDENTITY_LENGTH_MAX + 1) },
      ["camera.device_identity"],
    ],
  ] as const)("refuses %s", (_name, change, fields) => {
    expect(fieldsOf(validateCamera({ ...rawCamera, ...change }))).toEqual(fields);
  });

  it("says when GCJ-02 would be in China with its coordinates swapped", () => {
    const position = { latitude: 87.6, longitude: 43.8, datum: "GCJ02" } as const;
    expect(problemOf(validateCamera({ ...rawCamera, position }))).toMatch(/swapped/);
  });
});

describe("validatePosition", () => {
  it("converts to WGS-84 and keeps the original", () => {
    const raw = { latitude: 39.91334545536069, longitude: 116.38404722455657, datum: "GCJ02" };
    const position = accepted(validatePosition({ ...raw, datum: "GCJ02" }, "camera_fix.position"));
    expect(position.latitude).toBeCloseTo(39.911954, 7);
    expect(position.original).toEqual(raw);
  });

  it("says when coordinates look swapped", () => {
    const raw = { latitude: 116.4, longitude: 39.9, datum: "WGS84" } as const;
    expect(problemOf(validatePosition(raw, "camera_fix.position"))).toMatch(/swapped/);
  });
});

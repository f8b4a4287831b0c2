import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readZoneFile } from "../../src/cli/zone-file.js";
import { cordonWith } from "./harness.js";

const yaml = `
zone_id: gate-4
place_type: transport-hub
necessity: Because.
geofence: { type: Polygon, coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] }
geofence_datum: gcj02
entrances:
  - { entrance_id: east, latitude: 31.5, longitude: 121.5, datum: gcj02 }
valid_until: 2030-01-01
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-zone-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "zone.yaml");
  writeFileSync(path, text);
  return path;
}

describe("readZoneFile()", () => {
  it("makes a request of a whole file", () => {
    expect(readZoneFile(file(yaml))).toEqual({
      zoneId: "gate-4",
      placeType: "PLACE_TYPE_TRANSPORT_HUB",
      necessity: "Because.",
      geofenceGeojson: '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}',
      geofenceDatum: "DATUM_GCJ02",
      entrances: [
        {
          entranceId: "east",
          displayName: "east",
          position: { latitude: 31.5, longitude: 121.5, datum: "DATUM_GCJ02" },
        },
      ],
      validUntil: { seconds: 1_893_456_000, nanos: 0 },
    });
  });

  it.each([
    ["a misspelt field", "zone_idd: x", /zone_idd/],
    ["a private place", "place_type: hotel-room", /place_type/],
    ["a bad date", "valid_until: 2030-02-31", /valid_until: Write a date/],
    ["broken YAML", "a: [", /neither YAML nor JSON/],
    ["nothing", "", /the file/],
  ])("refuses %s and says where", (_what, text, message) => {
    expect(() => readZoneFile(file(text))).toThrow(message);
  });
});

describe("cordon zone create", () => {
  it("lets options win over the file", async () => {
    let seen: unknown;
    const CreateZone = (request: object) => {
      seen = request;
      return { zone: request };
    };
    const typed = ["zone", "create", "gate-5", "--file", file(yaml), "--entrance", "w:1,2"];
    const { code } = await cordonWith({ CreateZone }, typed);
    expect(code).toBe(0);
    expect(seen).toMatchObject({
      zoneId: "gate-5",
      necessity: "Because.",
      entrances: [{ entranceId: "w", position: { latitude: 1, longitude: 2 } }],
    });
  });
});

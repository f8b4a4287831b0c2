import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DocumentError, type DocumentFault } from "../../../src/cli/documents/errors.js";
import { loadDocument, loadDocuments, nameOf } from "../../../src/cli/documents/kinds.js";
import { zoneRequest } from "../../../src/cli/documents/zone.js";

const zone = `kind: Zone
zone_id: gate-4
place_type: transport-hub
necessity: Because.
method: Frames are compared.
geofence: { type: Polygon, coordinates: [[[121, 31], [121.1, 31], [121.1, 31.1], [121, 31]]] }
geofence_datum: gcj02
entrances:
  - { entrance_id: east, latitude: 31.05, longitude: 121.05, datum: gcj02 }
valid_until: 2030-01-01
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-documents-"));
});
beforeEach(() => {
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), "cordon-documents-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function faultsOf(path: string): readonly DocumentFault[] {
  try {
    loadDocuments(path);
  } catch (error) {
    if (error instanceof DocumentError) return error.faults;
    throw error;
  }
  return [];
}

describe("loadDocuments()", () => {
  it("reads every document of every file of a folder, by name", () => {
    write("b.yaml", zone);
    write("a.yml", "kind: Gallery\ngallery_id: one\n---\n---\nkind: Gallery\ngallery_id: two\n");
    write(".hidden.yaml", "kind: Nonsense");
    write("notes.txt", "kind: Nonsense");
    const located = loadDocuments(folder);
    expect(located.map(({ document }) => nameOf(document))).toEqual([
      "gallery/one",
      "gallery/two",
      "zone/gate-4",
    ]);
    expect(located.map(({ line }) => line)).toEqual([1, 5, 1]);
  });

  it("makes a request of a zone, with defaults for what it leaves out", () => {
    const document = loadDocument(write("zone.yaml", zone), "Zone");
    expect(zoneRequest(document)).toMatchObject({
      zoneId: "gate-4",
      displayName: "gate-4",
      placeType: "PLACE_TYPE_TRANSPORT_HUB",
      purpose: "PURPOSE_PUBLIC_SAFETY",
      geofenceDatum: "DATUM_GCJ02",
      retentionDaysMax: 365,
      inspectionIntervalDays: 90,
      permittedNetworks: [],
      entrances: [
        {
          entranceId: "east",
          position: { latitude: 31.05, longitude: 121.05, datum: "DATUM_GCJ02" },
        },
      ],
      validUntil: { seconds: 1_893_456_000, nanos: 0 },
    });
  });

  it("finds the files that a document names beside it", () => {
    write("fence.geojson", '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}');
    write("sign.jpg", "");
    write(
      "sign.yaml",
      `kind: Sign
sign_id: s
zone_id: z
entrance_id: e
latitude: 0
longitude: 0
photo: sign.jpg
installed: 2026-01-01
items: [processor]
`,
    );
    const sign = loadDocument(join(folder, "sign.yaml"), "Sign");
    expect(sign.photoSha256.toString("hex")).toMatch(/^e3b0c442/);
    const other = zone.replace(/geofence: .*/, "geofence: fence.geojson").replace("gcj02", "wgs84");
    const { geofence } = loadDocument(write("zone.yaml", other), "Zone");
    expect(JSON.parse(geofence)).toMatchObject({ type: "Polygon" });
  });

  it.each([
    ["a field that is not one", "necessity: Because.", "necesity: x", "necesity", 4, /not a field/],
    ["a place that is not public", "transport-hub", "hotel-room", "place_type", 3, /one of/],
    ["a day that never was", "2030-01-01", "2030-02-31", "valid_until", 10, /Write a date/],
    [
      "a number that is text",
      "latitude: 31.05",
      "latitude: x",
      "entrances.0.latitude",
      9,
      /number/,
    ],
    ["a field that is missing", "valid_until: 2030-01-01", "", "valid_until", 1, /is required/],
    ["an id with capitals", "gate-4", "Gate-4", "zone_id", 2, /must be 1 to 63/],
    [
      "coordinates outside China",
      "[121, 31], [121.1",
      "[1, 31], [121.1",
      "geofence",
      6,
      /China|cross/,
    ],
    [
      "a file that is not there",
      "{ type: Poly",
      "fence.geojson #{ type: Poly",
      "geofence",
      6,
      /no such/,
    ],
  ])("names file, document, line and field of %s", (_what, from, to, field, line, message) => {
    const path = write("zone.yaml", zone.replace(from, to));
    const fault = faultsOf(path).find((one) => one.field === field);
    expect(fault).toMatchObject({ file: path, document: 1, line });
    expect(fault?.message).toMatch(message);
  });

  it.each([
    ["broken YAML", "kind: [", /is not YAML/],
    ["the same key twice", "kind: Gallery\nkind: Gallery\n", /is not YAML/],
    ["no mapping", "- kind", /must be one of Operator/],
    ["an unknown kind", "kind: Hotel", /must be one of Operator/],
    ["the same key as number and text", "1: a\n'1': b\n", /the key 1 stands twice in one mapping/],
    ["aliases that explode", bomb(), /is not YAML: its aliases stand for more than 100 values/],
    ["a thousand aliases", `a: &a 1\nb: [${"*a, ".repeat(1001)}]`, /more than 1000 anchors/],
    [
      "tags without end",
      `a: [${"!x y, ".repeat(1001)}]`,
      /more than 1000 anchors, aliases and tags/,
    ],
    ["a mapping of too many keys", keys(1001), /is a mapping of more than 1000 keys/],
    ["too many words", `a: [${"1,".repeat(250_000)}]`, /more than 500000 words and marks: divide/],
    ["a value without end", `a: "${"x".repeat(2_100_000)}"`, /a value of more than 2097152 char/],
    ["brackets without end", `a: ${"[".repeat(50_000)}`, /is nested too deeply|is not YAML/],
    ["lists in lists without end", `a:\n  ${"- ".repeat(20_000)}x`, /is nested too deeply/],
  ])("refuses %s", (_what, text, message) => {
    const faults = faultsOf(write("a.yaml", text));
    expect(faults.length).toBeGreaterThan(0);
    expect(faults[0]?.message).toMatch(message);
  });

  it("reads no further in a file that is not YAML at all", () => {
    expect(faultsOf(write("a.yaml", `kind: x\n${"}\n".repeat(100_000)}`)).length).toBeLessThan(60);
  });

  it("tells a reference from text that looks like one", () => {
    const names = Array.from({ length: 1100 }, (_, at) => `kind: Gallery\ngallery_id: g${at}\n`);
    const text = names.map((one) => `${one}display_name: 'a' # &b *c !d\n`).join("---\n");
    expect(loadDocuments(write("a.yaml", text.replaceAll("'a'", '"*a & !b"')))).toHaveLength(1100);
    expect(loadDocuments(write("a.yaml", text.replaceAll("'a'", "x &a *b !c")))).toHaveLength(1100);
  });

  it("takes an alias where it stands for little", () => {
    const path = write("a.yaml", "kind: Gallery\ngallery_id: &id g\ndisplay_name: *id\n");
    expect(loadDocuments(path)).toMatchObject([{ document: { display_name: "g" } }]);
  });

  it("refuses two documents of the same name, and says where the first is", () => {
    const path = write(
      "a.yaml",
      "kind: Gallery\ngallery_id: g\n---\nkind: Gallery\ngallery_id: g\n",
    );
    expect(faultsOf(path)).toMatchObject([
      { document: 2, line: 4, message: expect.stringMatching(/a second time: see .*a\.yaml:1/) },
    ]);
  });

  it("tells the faults of every document at once", () => {
    write("a.yaml", "kind: Gallery\n---\nkind: Sign\nsign_id: s\n");
    write("b.yaml", "kind: Nonsense");
    const faults = faultsOf(folder);
    expect(new Set(faults.map(({ document, file }) => `${file}#${document}`)).size).toBe(3);
  });

  it.each([
    ["an empty file", "", /has no document/],
    ["comments only", "# nothing\n---\n# at all\n", /has no document/],
  ])("refuses %s", (_what, text, message) => {
    expect(() => loadDocuments(write("a.yaml", text))).toThrow(message);
  });

  it("refuses a folder without files, and a path to nothing", () => {
    expect(() => loadDocuments(folder)).toThrow(/has no \*\.yaml file/);
    expect(() => loadDocuments(join(folder, "nope"))).toThrow(/there is no such file/);
  });
});

describe("documents", () => {
  it.each([
    [
      "a mobile camera with a position",
      "kind: Camera\ncamera_id: c\nzone_id: z\nmobile: true\nlatitude: 1\nlongitude: 2\n",
      "mobile",
    ],
    ["a fixed camera without one", "kind: Camera\ncamera_id: c\nzone_id: z\n", "latitude"],
    [
      "an egress basis that stands on nothing",
      "kind: EgressBasis\nbasis_id: b\nzone_id: z\nnetworks: [10.0.0.0/8]\nvalid_until: 2030-01-01\n",
      "citation",
    ],
    [
      "a network that is none",
      "kind: EgressBasis\nbasis_id: b\nzone_id: z\nnetworks: [10.0.0.1/8]\ncitation: L\nvalid_until: 2030-01-01\n",
      "networks.0",
    ],
    ["rules without their document", "kind: MinorRules\nstorage: s\n", "use"],
  ])("refuse %s", (_what, text, field) => {
    expect(faultsOf(write("a.yaml", text)).map((fault) => fault.field)).toContain(field);
  });

  it("may leave their kind out where only one is taken", () => {
    const path = write("g.yaml", "gallery_id: g\n");
    expect(loadDocument(path, "Gallery")).toMatchObject({ gallery_id: "g" });
    expect(() => loadDocument(path, "Notice")).toThrow(/gallery_id: is not a field of Notice/);
    const two = write("two.yaml", "gallery_id: g\n---\ngallery_id: h\n");
    expect(() => loadDocument(two, "Gallery")).toThrow(/must hold one document, and has 2/);
  });
});

function keys(count: number): string {
  return Array.from({ length: count }, (_, at) => `k${at}: 1\n`).join("");
}

/** Nested aliases: a few hundred bytes that stand for millions of entries. */
function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const entry = level === 0 ? "x" : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array(9).fill(entry).join(", ")}]`;
  });
  return levels.join("\n");
}

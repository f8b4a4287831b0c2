import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DocumentError } from "../../../src/cli/documents/errors.js";
import { loadDocuments } from "../../../src/cli/documents/kinds.js";

const square = "{ type: Polygon, coordinates: [[[121, 31], [122, 31], [122, 32], [121, 31]]] }";
const hash = "ab".repeat(32);

/** A document of each kind that has instants, with one of them to be written in. */
const documents: readonly (readonly [string, (instant: string) => string])[] = [
  [
    "valid_from",
    (instant) => `kind: Zone
zone_id: z
place_type: transport-hub
necessity: Because.
method: Frames are compared.
geofence: ${square}
entrances: [{ entrance_id: e, latitude: 31.2, longitude: 121.5 }]
valid_from: ${instant}
valid_until: 2040-01-01
`,
  ],
  [
    "installed",
    (instant) => `kind: Sign
sign_id: s
zone_id: z
entrance_id: e
latitude: 31.2
longitude: 121.5
photo_sha256: ${hash}
installed: ${instant}
items: [processor]
`,
  ],
  [
    "valid_until",
    (instant) => `kind: EgressBasis
basis_id: b
zone_id: z
networks: [203.0.113.0/24]
citation: A law
valid_until: ${instant}
`,
  ],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-instants-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string): unknown {
  const path = join(folder, "document.yaml");
  writeFileSync(path, text);
  return loadDocuments(path).map(({ document }) => document);
}

function faultsOf(text: string) {
  try {
    load(text);
  } catch (error) {
    if (error instanceof DocumentError) return error.faults;
    throw error;
  }
  return [];
}

describe.each(documents)("%s of a document", (field, written) => {
  const utc = "2030-06-30T16:00:00Z";

  it.each([
    ["with its offset", "2030-07-01T00:00:00+08:00"],
    ["in quotation marks", '"2030-07-01T00:00:00+08:00"'],
    ["with another offset", "2030-06-30T10:30:00-05:30"],
    ["without seconds", "2030-07-01T00:00+08:00"],
    ["with thousandths", "2030-06-30T16:00:00.000Z"],
  ])("is the same instant as in UTC, written %s", (_how, instant) => {
    expect(load(written(instant))).toEqual(load(written(utc)));
  });

  it("is midnight in UTC when it is a date alone", () => {
    expect(load(written("2030-07-01"))).toEqual(load(written("2030-07-01T08:00:00+08:00")));
  });

  it.each([
    ["a time of day without a zone", "2030-07-01T00:00:00"],
    ["a zone by name", "2030-07-01T00:00:00 CST"],
    ["an offset that is none", "2030-07-01T00:00:00+25:00"],
    ["a date with an offset", "2030-07-01+08:00"],
    ["a day that never was, in its own zone", "2030-06-31T00:00:00+08:00"],
  ])("is refused as %s, and the fault says what to write", (_what, instant) => {
    const faults = faultsOf(written(instant));
    expect(faults.map((fault) => fault.field)).toEqual([field]);
    expect(faults[0]?.message).toMatch(/date.*UTC.*instant with its zone/);
  });

  it("is refused as a number, which tells no zone either", () => {
    expect(faultsOf(written("1909065600")).map((fault) => fault.field)).toEqual([field]);
  });
});

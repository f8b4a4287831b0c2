import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CordonError, invalidField } from "../../../src/base/errors.js";
import { cordonWith } from "../harness.js";
import { fakeRecords } from "./fake-records.js";

const zone = `kind: Zone
zone_id: z
state: ACTIVE
place_type: transport-hub
necessity: n
method: m
geofence: { type: Polygon, coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] }
entrances: [{ entrance_id: e, latitude: 0.5, longitude: 0.6 }]
valid_until: 2099-01-01
`;
const galleries = ["a", "b", "c"].map((id) => `---\nkind: Gallery\ngallery_id: ${id}\n`).join("");

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-stopped-"));
  path = join(folder, "all.yaml");
  writeFileSync(path, zone + galleries);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The server refuses gallery b. */
async function applyUntil(error: CordonError, ...more: string[]) {
  const { handlers, calls } = fakeRecords({});
  const CreateGallery = ({ galleryId }: { galleryId: string }) => {
    calls.push(`CreateGallery ${galleryId}`);
    if (galleryId === "b") throw error;
    return {};
  };
  const args = ["apply", "-f", path, ...more];
  return { ...(await cordonWith({ ...handlers, CreateGallery }, args)), calls };
}

describe("cordon apply that the server stops half-way", () => {
  const refusal = invalidField("gallery_id", "is no good");

  it("sends nothing more, and tells what is done, what failed and what was not tried", async () => {
    const { code, out, err, calls } = await applyUntil(refusal);
    expect(code).toBe(1);
    expect(calls).toEqual(["CreateZone", "RegisterZone", "CreateGallery a", "CreateGallery b"]);
    expect(out).toMatch(/~ zone\/z +partly applied: done create, register; left activate\n/);
    expect(out).toMatch(/\+ gallery\/a +applied\n! gallery\/b +failed \(.*all\.yaml:14\)\n/);
    expect(out).toMatch(/ {2}gallery\/c +not tried\n/);
    expect(out).toMatch(/stopped: 1 partly applied, 1 applied, 1 failed, 1 not tried\n$/);
    expect(err).toMatch(/^error: gallery_id: is no good \[FIELD_INVALID\]\n/);
    expect(err).toMatch(/stopped at gallery\/b \(.*all\.yaml:14\), to create it\n/);
  });

  it("tells the same as JSON, with the fields that the server refused", async () => {
    const { code, out, err } = await applyUntil(refusal, "--json");
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      applied: false,
      stopped: "gallery/b",
      error: { status: "INVALID_ARGUMENT", fields: [{ field: "gallery_id" }] },
      documents: [
        {
          name: "zone/z",
          result: "partly-applied",
          done: ["create", "register"],
          left: ["activate"],
        },
        { name: "gallery/a", result: "applied" },
        { name: "gallery/b", result: "failed", line: 14 },
        { name: "gallery/c", result: "not-tried" },
      ],
    });
  });

  it("says so when the server may have done what it did not answer", async () => {
    const message = "It went away.";
    const gone = new CordonError({ status: "UNAVAILABLE", reason: "DRAINING", message });
    expect((await applyUntil(gone)).err).toMatch(/may have done this step without an answer/);
    expect((await applyUntil(refusal)).err).not.toMatch(/may have done/);
  });

  it("tells what was applied also when the zone cannot be checked afterwards", async () => {
    const { handlers } = fakeRecords({});
    const CheckZone = () => {
      throw new CordonError({ status: "INTERNAL", reason: "INTERNAL", message: "It broke." });
    };
    const run = await cordonWith({ ...handlers, CheckZone }, ["apply", "-f", path]);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/4 created\nzone z: applied, but not checked: It broke\./);
  });
});

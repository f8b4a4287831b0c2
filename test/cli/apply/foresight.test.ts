import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cordonWith } from "../harness.js";
import { type FakeRecords, fakeRecords } from "./fake-records.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-foresight-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function dryRun(documents: readonly string[], records: FakeRecords = {}) {
  const path = join(folder, "a.yaml");
  writeFileSync(path, documents.join("---\n"));
  const { handlers, calls } = fakeRecords(records);
  const run = await cordonWith(handlers, ["apply", "-f", path, "--dry-run", "--json"]);
  const { documents: plans } = JSON.parse(run.out) as {
    documents: { name: string; action: string; notes: string[]; warnings: string[] }[];
  };
  const find = (name: string) => plans.find((plan) => plan.name === name);
  return { ...run, calls, find };
}

/** A square of a degree east and north of 121, 31. */
const zone = (id = "z", more = "") => `kind: Zone
zone_id: ${id}
place_type: transport-hub
necessity: n
method: m
geofence: { type: Polygon, coordinates: [[[121, 31], [122, 31], [122, 32], [121, 32], [121, 31]]] }
entrances: [{ entrance_id: e, latitude: 31.5, longitude: 121 }]
valid_until: 2099-01-01
${more}`;
const found = (zoneId = "z") => ({
  zoneId,
  displayName: zoneId,
  state: "ZONE_STATE_DRAFT",
  placeType: "PLACE_TYPE_TRANSPORT_HUB",
  purpose: "PURPOSE_PUBLIC_SAFETY",
  necessity: "n",
  method: "m",
  geofenceGeojson:
    '{"type":"Polygon","coordinates":[[[121,31],[122,31],[122,32],[121,32],[121,31]]]}',
  entrances: [{ entranceId: "e", displayName: "e", position: { latitude: 31.5, longitude: 121 } }],
  validFrom: { seconds: 1, nanos: 0 },
  validUntil: { seconds: Date.UTC(2099, 0, 1) / 1000, nanos: 0 },
  retentionDaysMax: 365,
  inspectionIntervalDays: 90,
});
const sign = (more: Record<string, string> = {}) => {
  const fields = {
    zone_id: "z",
    entrance_id: "e",
    latitude: "31.5",
    longitude: "121",
    installed: "2020-01-01",
    ...more,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return `kind: Sign\nsign_id: s\nphoto_sha256: ${"a".repeat(64)}\nitems: [processor]\n${lines.join("\n")}\n`;
};
const camera = (id: string, device: string) =>
  `kind: Camera\ncamera_id: ${id}\nzone_id: z\nlatitude: 31.5\nlongitude: 121.5\ndevice_identity: ${device}\n`;

describe("cordon apply --dry-run finds what the server would refuse", () => {
  it.each([
    ["of a zone that the files make", [zone()], {}],
    ["of a zone that the server has", [], { zones: [found()] }],
  ])("in a sign outside the geofence %s", async (_where, documents, records) => {
    const { code, calls, find } = await dryRun([...documents, sign({ latitude: "30" })], records);
    expect({ code, calls }).toEqual({ code: 1, calls: [] });
    expect(find("sign/z/s")).toMatchObject({
      action: "blocked",
      notes: ["position: must be in the geofence or within 50 m of it"],
    });
    expect((await dryRun([...documents, sign()], records)).code).toBe(5);
  });

  it.each([
    ["in another zone", { zone_id: "other" }, /^zone_id: is no zone, neither in these files nor/],
    ["at an entrance of another zone", { entrance_id: "f" }, /^entrance_id: is not an entrance/],
    ["with its place the wrong way round", { latitude: "121", longitude: "31.5" }, /swapped/],
    ["of tomorrow", { installed: "2098-01-01" }, /^install_time: is in the future/],
    [
      "inspected before it was there",
      { inspected: "2019-01-01", inspector: "w" },
      /^inspect_time: is before/,
    ],
  ])("in a sign %s", async (_what, more, why) => {
    const { find } = await dryRun([zone(), sign(more)]);
    const planned = find(`sign/${"zone_id" in more ? "other" : "z"}/s`);
    expect(planned?.action).toBe("blocked");
    expect(planned?.notes.join()).toMatch(why);
  });

  it("judges signs by the zone as it will be, not as it is", async () => {
    const smaller = zone()
      .replaceAll("[121, ", "[121.4, ")
      .replace("longitude: 121", "longitude: 121.4");
    const records = { zones: [found()] };
    expect((await dryRun([smaller, sign()], records)).find("sign/z/s")?.action).toBe("blocked");
    const moved = sign({ longitude: "121.4" });
    expect((await dryRun([smaller, moved], records)).find("sign/z/s")?.action).toBe("create");
  });

  it("in a device that is two cameras, in the files or on the server", async () => {
    const twice = await dryRun([zone(), camera("a", "SN-1"), camera("b", "SN-1")]);
    expect(twice.find("camera/a")?.action).toBe("create");
    expect(twice.find("camera/b")?.notes).toEqual(['device_identity: is that of camera "a"']);
    const cameras = [{ cameraId: "old", zoneId: "y", deviceIdentity: "SN-1" }];
    const taken = await dryRun([zone(), camera("a", "SN-1")], { cameras });
    expect(taken.find("camera/a")?.notes).toEqual(['device_identity: is that of camera "old"']);
  });

  it("but not in a device that its camera gives up in the same run, before", async () => {
    const cameras = [{ cameraId: "a", zoneId: "z", deviceIdentity: "SN-1" }];
    const documents = [zone(), camera("a", "SN-2"), camera("b", "SN-1")];
    expect((await dryRun(documents, { cameras })).code).toBe(5);
    const [first = "", second = "", third = ""] = documents;
    expect((await dryRun([first, third, second], { cameras })).code).toBe(1);
  });

  const parts = "lawfulness: l\nimpact: i\nrisks: r\nmeasures: m\n";
  it.each([
    ["a camera without a zone", camera("a", "SN-1"), /^zone_id: is no zone/],
    [
      "an authorisation of nothing",
      "kind: GalleryAuthorisation\ngallery_id: g\nzone_id: z\npurpose: public-safety\n",
      /^gallery_id: is no gallery.*,zone_id: is no zone/,
    ],
    [
      "a notice without Chinese, of no zone",
      "kind: Notice\nnotice_id: n\nzone_ids: [z]\ntexts: [{ language: en, processor: p, purpose_method_retention: p, necessity_impact: n, rights: r, other: o }]\n",
      /^zone_ids\[0\]: is no zone,texts: must have a text in Chinese/,
    ],
    [
      "an assessment that has run out",
      `kind: ImpactAssessment\nassessment_id: a\nzone_ids: [z]\ntrigger: first-use\n${parts}document_sha256: ${"a".repeat(64)}\nvalid_until: 2020-01-01\n`,
      /^zone_ids\[0\]: is no zone,valid_until: is not in the future/,
    ],
    [
      "a zone whose entrance is elsewhere",
      zone().replace("latitude: 31.5", "latitude: 41.5"),
      /^position: must be in the geofence|entrances\[0\]\.position: must be in the geofence/,
    ],
    [
      "an operator whose code is none",
      "kind: Operator\nname: n\ncontact: c\nunified_social_credit_code: X\n",
      /^unified_social_credit_code: /,
    ],
  ])("in %s", async (_what, document, why) => {
    const { code, out } = await dryRun([document]);
    expect(code).toBe(1);
    expect(JSON.parse(out).documents[0].notes.join()).toMatch(why);
  });

  it("and does not judge what it would not send", async () => {
    const past = { ...found(), validUntil: { seconds: 1_893_456_000, nanos: 0 } };
    const record = {
      signId: "s",
      entranceId: "e",
      position: { latitude: 10, longitude: 10 },
      photoSha256: Buffer.alloc(32, 0xaa),
      installTime: { seconds: Date.UTC(2020, 0, 1) / 1000, nanos: 0 },
      items: ["NOTICE_ITEM_PROCESSOR"],
    };
    const same = sign({ latitude: "10", longitude: "10" });
    expect((await dryRun([same], { zones: [past], signs: [record] })).code).toBe(0);
  });
});

describe("cordon apply approves", () => {
  const text = `kind: ImpactAssessment
assessment_id: a
zone_ids: [z]
trigger: first-use
lawfulness: l
impact: i
risks: r
measures: m
document_sha256: ${"a".repeat(64)}
valid_until: ${new Date(Date.now() + 300 * 24 * 3600 * 1000).toISOString().slice(0, 10)}
approved_by: Zhang Min
`;
  const [until = ""] = /\d{4}-\d{2}-\d{2}/.exec(text) ?? [];
  const draft = {
    assessmentId: "a",
    state: "ASSESSMENT_STATE_DRAFT",
    zoneIds: ["z"],
    trigger: "ASSESSMENT_TRIGGER_FIRST_USE",
    lawfulness: "l",
    impact: "i",
    risks: "r",
    measures: "m",
    documentSha256: Buffer.alloc(32, 0xaa),
    validUntil: { seconds: Date.parse(until) / 1000, nanos: 0 },
  };
  const calls = async (documents: readonly string[]) => {
    const path = join(folder, "a.yaml");
    writeFileSync(path, documents.join("---\n"));
    const fake = fakeRecords({ zones: [found()], assessments: [draft] });
    const run = await cordonWith(fake.handlers, ["apply", "-f", path]);
    expect(run).toMatchObject({ code: 0, err: "" });
    return fake.calls;
  };

  it("a draft as it is while its zones are what they were", async () => {
    expect(await calls([zone(), text])).toEqual(["ApproveImpactAssessment"]);
  });

  it("a draft that is recorded anew when the run changes what it covers", async () => {
    expect(await calls([zone().replace("method: m", "method: other"), text])).toEqual([
      "UpdateZone",
      "RecordImpactAssessment",
      "ApproveImpactAssessment",
    ]);
  });
});

describe("cordon apply warns of what stops to count", () => {
  const operator = (name: string) => `kind: Operator\nname: ${name}\ncontact: c\n`;
  const records = {
    operator: { name: "n", contact: "c" },
    zones: [found("z"), found("y"), { ...found("x"), state: "ZONE_STATE_CLOSED" }],
    notices: [
      { noticeId: "old", zoneIds: ["z"], current: false },
      { noticeId: "here", zoneIds: ["z"], current: true },
      { noticeId: "there", zoneIds: ["y", "x"], current: true },
    ],
    assessments: [
      {
        assessmentId: "a",
        zoneIds: ["z", "y"],
        state: "ASSESSMENT_STATE_APPROVED",
        validUntil: { seconds: Date.UTC(2099, 0, 1) / 1000, nanos: 0 },
      },
      { assessmentId: "draft", zoneIds: ["z"], state: "ASSESSMENT_STATE_DRAFT" },
    ],
  };
  const notice =
    "kind: Notice\nnotice_id: new\nzone_ids: [z]\ntexts: [{ language: zh-CN, processor: p, purpose_method_retention: p, necessity_impact: n, rights: r, other: o }]\n";

  it("an operator of another name outdates the notices of every zone", async () => {
    const { find } = await dryRun([operator("m")], records);
    expect(find("operator")?.warnings).toEqual([
      "outdates notices here, there in zones z, y: the gate refuses every query there " +
        "until one that tells the new is published (NOTICE_OUTDATED)",
    ]);
    const others = await dryRun([operator("m"), notice], records);
    expect(others.find("operator")?.warnings.join()).toMatch(/^outdates notice there in zone y:/);
  });

  it("an operator of whom nothing changes that notices tell outdates none", async () => {
    expect((await dryRun([operator("n")], records)).find("operator")?.warnings).toEqual([]);
    const region = `${operator("n")}region: 上海市\n`;
    const { find } = await dryRun([region], records);
    expect(find("operator")).toMatchObject({ action: "update", warnings: [] });
  });

  it("a zone's method outdates its notice and its assessment, its retention only the notice", async () => {
    const method = await dryRun([zone().replace("method: m", "method: other")], records);
    expect(method.find("zone/z")?.warnings).toEqual([
      expect.stringMatching(/^outdates notice here in zone z: .*\(NOTICE_OUTDATED\)$/),
      expect.stringMatching(/^outdates assessment a in zone z: .*\(PIA_OUTDATED\)$/),
    ]);
    const retention = await dryRun([zone("z", "retention_days_max: 30\n")], records);
    expect(retention.find("zone/z")?.warnings).toHaveLength(1);
    const name = await dryRun([zone("z", "display_name: Z\n")], records);
    expect(name.find("zone/z")).toMatchObject({ action: "update", warnings: [] });
  });

  it("the warning stands in the plan for people too", async () => {
    const path = join(folder, "o.yaml");
    writeFileSync(path, operator("m"));
    const { handlers } = fakeRecords(records);
    const { out } = await cordonWith(handlers, ["apply", "-f", path, "--dry-run"]);
    expect(out).toMatch(
      /~ operator {2}update\n {4}name: n -> m\n {4}warning: outdates notices here/,
    );
  });

  it("two operators in one run are a fault, whatever they say", async () => {
    const path = join(folder, "two.yaml");
    writeFileSync(path, `${operator("a")}---\n${operator("b")}`);
    const { handlers, calls } = fakeRecords({});
    const run = await cordonWith(handlers, ["apply", "-f", path]);
    expect(run).toMatchObject({ code: 1, out: "" });
    expect(calls).toEqual([]);
    expect(run.err).toMatch(/is operator a second time: see .*two\.yaml:1/);
  });
});

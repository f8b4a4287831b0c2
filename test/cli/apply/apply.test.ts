import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { cordonWith } from "../harness.js";
import { type FakeRecords, fakeRecords } from "./fake-records.js";

const example = join(import.meta.dirname, "../../../deploy/examples/plaza");

let folder: string;
beforeAll(() => {
  // The dates of the example are judged by the clock.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-20T00:00:00Z") });
  folder = mkdtempSync(join(tmpdir(), "cordon-apply-"));
});
afterAll(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

async function apply(text: string, records: FakeRecords = {}, ...more: string[]) {
  const path = join(folder, "a.yaml");
  writeFileSync(path, text);
  const { handlers, calls } = fakeRecords(records);
  const run = await cordonWith(handlers, ["apply", "-f", path, ...more]);
  return { ...run, calls };
}

const zone = (more: string) => `kind: Zone
zone_id: z
place_type: transport-hub
necessity: n
method: m
geofence: { type: Polygon, coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] }
entrances: [{ entrance_id: e, latitude: 0.5, longitude: 0.6 }]
valid_until: 2030-01-01
${more}
`;

/** The zone above as the server shows it. */
const found = {
  zoneId: "z",
  displayName: "z",
  state: "ZONE_STATE_ACTIVE",
  placeType: "PLACE_TYPE_TRANSPORT_HUB",
  purpose: "PURPOSE_PUBLIC_SAFETY",
  necessity: "n",
  method: "m",
  geofenceGeojson: '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}',
  entrances: [{ entranceId: "e", displayName: "e", position: { latitude: 0.5, longitude: 0.6 } }],
  validFrom: { seconds: 1, nanos: 0 },
  validUntil: { seconds: 1_893_456_000, nanos: 0 },
  retentionDaysMax: 365,
  inspectionIntervalDays: 90,
};

describe("cordon apply", () => {
  it("makes what is not there, closes first and opens last, whatever the order of the files", async () => {
    const { handlers, calls } = fakeRecords({});
    const run = await cordonWith(handlers, ["apply", "-f", example]);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(calls).toEqual([
      "SetOperator",
      "CreateZone",
      "RegisterZone",
      "RecordSign",
      "InspectSign",
      "RecordSign",
      "InspectSign",
      "RegisterCamera",
      "RegisterCamera",
      "CreateGallery",
      "AuthoriseGallery",
      "RecordAlternativeMethod",
      "SetHandlingRules",
      "SetMinorRules",
      "PublishNotice",
      "RecordImpactAssessment",
      "ApproveImpactAssessment",
      "ActivateZone",
    ]);
    expect(run.out).toMatch(/\+ zone\/plaza +create/);
    expect(run.out).toMatch(/13 created\nzone plaza: 1 not satisfied; see cordon zone check plaza/);
  });

  it("sends nothing in a dry run, and exits with 5 when there is something to do", async () => {
    const { handlers, calls } = fakeRecords({});
    const run = await cordonWith(handlers, ["apply", "-f", example, "--dry-run"]);
    expect(run.code).toBe(5);
    expect(calls).toEqual([]);
    expect(run.out).toMatch(/dry run: 13 to create/);
    const idle = await apply(zone(""), { zones: [found] }, "--dry-run");
    expect(idle).toMatchObject({ code: 0, calls: [] });
  });

  it("leaves alone what is as the documents say", async () => {
    const run = await apply(zone("state: ACTIVE"), { zones: [found] });
    expect(run).toMatchObject({ code: 0, calls: [] });
    expect(run.out).toMatch(/= zone\/z +unchanged/);
  });

  it("changes only what differs, and shows it", async () => {
    const run = await apply(zone("permitted_networks: [10.0.0.0/8]\nvalid_from: 1980-01-01"), {
      zones: [found],
    });
    expect(run.calls).toEqual(["UpdateZone"]);
    expect(run.out).toMatch(/~ zone\/z +update/);
    expect(run.out).toMatch(/permitted_networks\.10\.0\.0\.0\/8: \+/);
    expect(run.out).toMatch(/valid_from: 1970-01-01T00:00:01Z -> 1980-01-01T00:00:00Z/);
  });

  it("takes the same place in another datum for the same", async () => {
    const gcj02 = zone("").replace("0.5, longitude: 0.6", "31, longitude: 121, datum: gcj02");
    const run = await apply(gcj02, { zones: [found] }, "--dry-run", "--json");
    const [{ changes }] = JSON.parse(run.out).documents;
    expect(changes).toMatchObject([{ field: "entrances.e.position", from: "0.5,0.6" }]);
    const [latitude, longitude] = changes[0].to.split(",").map(Number);
    const position = { latitude, longitude };
    const moved = { ...found, entrances: [{ ...found.entrances[0], position }] };
    expect(await apply(gcj02, { zones: [moved] })).toMatchObject({ calls: [] });
  });

  it.each([
    ["SUSPENDED", ["SuspendZone"]],
    ["CLOSED", ["CloseZone"]],
  ])("leads an active zone to %s before all else", async (state, calls) => {
    const text = `${zone(`state: ${state}`)}---\nkind: Gallery\ngallery_id: g\n`;
    const run = await apply(text, { zones: [found] });
    expect(run.calls).toEqual([...calls, "CreateGallery"]);
  });

  it("sets handling rules that differ, in no other case, and never prunes them", async () => {
    const text = readFileSync(join(example, "handling-rules.yaml"), "utf8");
    const here = text.replace("evidence/", `${example}/evidence/`);
    const { storage, use, ...parts } = parse(text) as Record<string, string>;
    const { incident_response, intrusion_detection, approved_by, document, ...plain } = parts;
    const digest = readFileSync(join(example, document ?? ""));
    const handlingRules = {
      ...plain,
      ...{ use, storage: "in the open", approver: approved_by },
      ...{ incidentResponse: incident_response, intrusionDetection: intrusion_detection },
      documentSha256: createHash("sha256").update(digest).digest(),
      approveTime: { seconds: 1_700_000_000, nanos: 0 },
    };
    const differs = await apply(here, { handlingRules });
    expect(differs.calls).toEqual(["SetHandlingRules"]);
    expect(differs.out).toMatch(/~ handling-rules +update\n {4}storage: in the open -> .*\n\n/);
    const same = { handlingRules: { ...handlingRules, storage } };
    expect(await apply(here, same)).toMatchObject({ code: 0, calls: [] });
    const dated = await apply(`${here}approved_at: 2026-11-19\n`, same, "--dry-run");
    expect(dated.out).toMatch(/approved_at: 2023-.* -> 2026-11-19/);
    const late = await apply(`${here}approved_at: 2026-11-21\n`, same);
    expect(late).toMatchObject({ code: 1, calls: [] });
    expect(late.out).toContain("approve_time: is in the future");
    const pruned = await apply(zone(""), { ...same, zones: [found] }, "--prune");
    expect(pruned).toMatchObject({ code: 0, calls: [] });
  });

  const camera = "kind: Camera\ncamera_id: c\nzone_id: z\nlatitude: 1\nlongitude: 2\n";
  const assessment = readFileSync(join(example, "assessment.yaml"), "utf8");
  it.each<[string, string, FakeRecords, RegExp]>([
    [
      "a camera of another zone",
      camera,
      { cameras: [{ cameraId: "c", zoneId: "other" } as { cameraId: string }] },
      /registered to zone other: remove it there first/,
    ],
    ["a closed zone", zone("state: ACTIVE"), closedZone(), /is closed, and stays so/],
    ["an active zone that should be a draft", zone("state: DRAFT"), { zones: [found] }, /DRAFT/],
    [
      "an approved assessment that says something else",
      assessment.replace("evidence/", `${example}/evidence/`),
      { assessments: [approved()] },
      /never changed: give the new one an id of its own/,
    ],
    [
      "a gallery of another name",
      "kind: Gallery\ngallery_id: g\ndisplay_name: G\n",
      { galleries: [{ galleryId: "g" }] },
      /keeps the name/,
    ],
  ])("sends nothing at all when %s is in the way", async (_what, text, records, why) => {
    const run = await apply(`kind: Gallery\ngallery_id: new\n---\n${text}`, records);
    expect(run).toMatchObject({ code: 1, calls: [] });
    expect(run.out).toMatch(why);
    expect(run.out).toMatch(/nothing was sent: 1 to create, 1 in the way/);
  });

  it("publishes no notice again that tells the same, and a new version of one that does not", async () => {
    const text = readFileSync(join(example, "notice.yaml"), "utf8");
    const zones = ["plaza", "a", "b"].map((zoneId) => ({ ...found, zoneId }));
    const first = await apply(text, { zones });
    expect(first.calls).toEqual(["PublishNotice"]);
    const short = `kind: Notice
notice_id: n
zone_ids: [b, a]
texts:
  - { language: zh-CN, processor: p, purpose_method_retention: q, necessity_impact: r, rights: s, other: t }
`;
    const notice = {
      noticeId: "n",
      version: 3,
      zoneIds: ["a", "b"],
      texts: [
        {
          language: "zh-CN",
          processor: "p",
          purposeMethodRetention: "q",
          necessityImpact: "r",
          rights: "s",
          other: "t",
        },
      ],
    };
    expect((await apply(short, { zones, notices: [notice] })).calls).toEqual([]);
    const records = { zones, notices: [notice] };
    expect((await apply(short.replace("zh-CN", "zh-cn"), records)).calls).toEqual([]);
    const changed = await apply(short.replace("processor: p", "processor: P"), records);
    expect(changed.calls).toEqual(["PublishNotice"]);
    expect(changed.out).toMatch(/texts\.zh-CN\.processor: p -> P\n.*becomes version 4/);
    const withdrawn = { ...notice, withdrawTime: { seconds: 1, nanos: 0 } };
    const again = await apply(short, { zones, notices: [withdrawn] });
    expect(again.calls).toEqual(["PublishNotice"]);
  });

  it("prunes only what makes the gate stricter, and only when asked", async () => {
    const records = {
      zones: [found],
      signs: [{ signId: "old" }],
      cameras: [{ cameraId: "old" }],
      galleries: [{ galleryId: "g", authorisations: [{ zoneId: "z" }, { zoneId: "other" }] }],
      alternatives: [{ methodId: "old" }],
    };
    expect((await apply(zone(""), records)).calls).toEqual([]);
    const pruned = await apply(zone(""), records, "--prune");
    expect(pruned.calls).toEqual([
      "RemoveSign",
      "RemoveCamera",
      "RemoveAlternativeMethod",
      "RevokeGallery",
    ]);
    expect(pruned.out).toMatch(/- sign\/z\/old +remove/);
  });

  it("tells faults of the documents before it asks the server anything", async () => {
    const run = await apply("kind: Gallery\n", {}, "--json");
    expect(run.code).toBe(1);
    expect(JSON.parse(run.out).error.faults).toMatchObject([{ line: 1, field: "gallery_id" }]);
  });

  it("reads a copy of the example from wherever it is put", async () => {
    const copy = join(folder, "copy");
    cpSync(example, copy, { recursive: true });
    const { handlers } = fakeRecords({});
    expect((await cordonWith(handlers, ["apply", "-f", copy, "--dry-run"])).code).toBe(5);
  });
});

function closedZone(): FakeRecords {
  return { zones: [{ ...found, state: "ZONE_STATE_CLOSED" }] };
}

function approved() {
  return { assessmentId: "plaza-2026", state: "ASSESSMENT_STATE_APPROVED", approver: "张敏" };
}

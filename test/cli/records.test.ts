import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { notFound } from "../../src/base/errors.js";
import { cordonWith } from "./harness.js";

const example = join(import.meta.dirname, "../../deploy/examples/plaza");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-records-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command and gives the request that one method saw; it echoes what the method would. */
async function requestOf(method: string, args: string[], answer: object = {}) {
  let seen: unknown;
  const handler = (request: object) => {
    seen = request;
    return answer;
  };
  const run = await cordonWith({ [method]: handler }, args);
  return { ...run, seen };
}

describe("cordon zone update", () => {
  it("sends what is given, and names just that in the mask", async () => {
    const args = ["zone", "update", "z", "--method", "m", "--network", "10.0.0.0/8"];
    const { seen, code } = await requestOf("UpdateZone", args, { zone: { zoneId: "z" } });
    expect(code).toBe(0);
    expect(seen).toMatchObject({
      zone: { zoneId: "z", method: "m", permittedNetworks: ["10.0.0.0/8"] },
      updateMask: { paths: ["method", "permitted_networks"] },
    });
  });

  it("takes the datum for the entrances' own when no polygon is given", async () => {
    const args = ["zone", "update", "z", "--entrance", "e:31,121", "--datum", "gcj02"];
    const { seen } = await requestOf("UpdateZone", args, { zone: {} });
    expect(seen).toMatchObject({
      zone: { entrances: [{ position: { datum: "DATUM_GCJ02" } }] },
      updateMask: { paths: ["entrances"] },
    });
  });

  it("sends all of a file, and refuses one that describes another zone", async () => {
    const args = ["zone", "update", "plaza", "--file", join(example, "zone.yaml")];
    const { seen } = await requestOf("UpdateZone", args, { zone: {} });
    const { updateMask } = seen as { updateMask: { paths: string[] } };
    expect(updateMask.paths).toContain("geofence_geojson");
    expect(updateMask.paths).toContain("inspection_interval_days");
    const other = await requestOf("UpdateZone", ["zone", "update", "x", ...args.slice(3)]);
    expect(other).toMatchObject({ code: 2, err: expect.stringMatching(/zone plaza, not x/) });
  });

  it("lets options win over the file when a zone is made", async () => {
    const file = ["--file", join(example, "zone.yaml"), "--entrance", "w:1,2"];
    const args = ["zone", "create", "gate-5", ...file, "--retention-days-max", "9"];
    const { seen } = await requestOf("CreateZone", args, { zone: {} });
    expect(seen).toMatchObject({
      zoneId: "gate-5",
      necessity: expect.stringMatching(/^Events on this square/),
      retentionDaysMax: 9,
      entrances: [{ entranceId: "w", position: { latitude: 1, longitude: 2 } }],
    });
  });
});

describe("cordon zone check", () => {
  const good = {
    reason: "SIGNAGE_STALE",
    article: "Art. 13",
    subject: "zone/z/sign/east-1",
    satisfied: true,
    description: "The sign was inspected.",
    records: ["sign/z/east-1"],
    satisfiedUntil: { seconds: 1_893_456_000, nanos: 0 },
  };
  const bad = {
    ...good,
    reason: "PIA_MISSING",
    article: "Art. 9",
    subject: "zone/z",
    satisfied: false,
    description: "No approved impact assessment covers the zone.",
    remedy: "Make one.",
    records: [],
    satisfiedUntil: null,
  };

  it("shows each rule with article, subject, record and end, and exits with 0", async () => {
    const answer = { zoneId: "z", satisfied: true, items: [good] };
    const { code, out, seen } = await requestOf("CheckZone", ["zone", "check", "z"], answer);
    expect(code).toBe(0);
    expect(seen).toMatchObject({ zoneId: "z", withinDays: 30 });
    expect(out).toMatch(/zone z: all 1 satisfied/);
    expect(out).toMatch(
      /✓ {2}Art\. 13 {2}sign inspected {2}zone\/z\/sign\/east-1 {2}2030-01-01 +sign\/z\/east-1/,
    );
  });

  it("marks what will fail soon, and exits with 0 all the same", async () => {
    const answer = { zoneId: "z", satisfied: true, items: [{ ...good, expiresSoon: true }] };
    const { code, out } = await requestOf("CheckZone", ["zone", "check", "z"], answer);
    expect(code).toBe(0);
    expect(out).toMatch(/all 1 satisfied, 1 only for less than 30 days/);
    expect(out).toMatch(/^! {2}Art\. 13/m);
  });

  it("exits with 4 for what is not satisfied, and says why and what to type", async () => {
    const answer = { zoneId: "z", satisfied: false, items: [good, bad] };
    const args = ["zone", "check", "z", "--camera", "c", "--gallery", "g", "--within-days", "7"];
    const { code, out, seen } = await requestOf("CheckZone", args, answer);
    expect(code).toBe(4);
    expect(seen).toMatchObject({ cameraId: "c", galleryId: "g", withinDays: 7 });
    expect(out).toMatch(/1 of 2 not satisfied/);
    expect(out).toMatch(/✗ {2}Art\. 9 +assessment approved/);
    expect(out).toMatch(/PIA_MISSING: No approved impact assessment covers the zone\. Make one\./);
    expect(out).toMatch(/then: cordon pia record/);
    const json = await requestOf("CheckZone", [...args, "--json"], answer);
    expect(json.code).toBe(4);
    expect(JSON.parse(json.out)).toMatchObject({ satisfied: false, items: [{}, {}] });
  });
});

describe("the records of the gate", () => {
  it.each<[string, string, string[], object]>([
    [
      "a sign with the items that its text carries",
      "RecordSign",
      [
        ...["sign", "record", "s", "--zone", "z", "--entrance", "e", "--position", "1,2"],
        ...["--photo-sha256", "ab".repeat(32), "--items", "processor,rights"],
      ],
      { sign: { items: ["NOTICE_ITEM_PROCESSOR", "NOTICE_ITEM_RIGHTS"] } },
    ],
    [
      "an inspection of a sign",
      "InspectSign",
      ["sign", "inspect", "s", "--zone", "z", "--by", "Wang", "--at", "2026-01-01"],
      { signId: "s", inspector: "Wang", inspectTime: { seconds: 1_767_225_600 } },
    ],
    [
      "an operator with officers",
      "SetOperator",
      [
        ...["operator", "set", "--file", join(example, "operator.yaml"), "--region", "北京市"],
        ...["--officer", "filing-handler:Li Qian:a@b.example"],
      ],
      {
        operator: {
          name: "滨江文化广场管理有限公司",
          region: "北京市",
          officers: [{ role: "OFFICER_ROLE_FILING_HANDLER", contact: "a@b.example" }],
        },
      },
    ],
    [
      "a notice from a file",
      "PublishNotice",
      ["notice", "publish", "--file", join(example, "notice.yaml")],
      { notice: { noticeId: "plaza", texts: [{ language: "zh-CN" }, { language: "en" }] } },
    ],
    [
      "one version of a notice",
      "GetNotice",
      ["notice", "show", "plaza", "--notice-version", "2"],
      { noticeId: "plaza", version: 2 },
    ],
    [
      "an impact assessment from a file",
      "RecordImpactAssessment",
      ["pia", "record", "--file", join(example, "assessment.yaml")],
      { assessment: { assessmentId: "plaza-2026", trigger: "ASSESSMENT_TRIGGER_FIRST_USE" } },
    ],
    [
      "an approval",
      "ApproveImpactAssessment",
      ["pia", "approve", "plaza-2026", "--by", "张敏"],
      { assessmentId: "plaza-2026", approver: "张敏" },
    ],
    [
      "an incident of every zone",
      "RecordIncident",
      ["incident", "record", "i", "--occurred", "2026-01-01", "--description", "d"],
      { incident: { incidentId: "i", zoneIds: [], occurTime: { seconds: 1_767_225_600 } } },
    ],
    [
      "an alternative method",
      "RecordAlternativeMethod",
      ["safeguard", "alternative", "record", "desk", "--zone", "z", "--description", "d"],
      { method: { methodId: "desk", zoneId: "z", description: "d", availableFrom: null } },
    ],
    [
      "an egress basis that stands on a law",
      "RecordEgressBasis",
      [
        ...["safeguard", "egress", "record", "b", "--zone", "z", "--network", "10.0.0.0/8"],
        ...["--law", "L", "--valid-until", "2027-01-01"],
      ],
      { basis: { basisId: "b", networks: ["10.0.0.0/8"], citation: "L" } },
    ],
    [
      "rules for minors from a file",
      "SetMinorRules",
      ["safeguard", "minors", "set", "--file", join(example, "minor-rules.yaml")],
      { rules: { approver: "张敏" } },
    ],
    [
      "an authorisation for the zone's own purpose",
      "AuthoriseGallery",
      ["gallery", "authorise", "g", "--zone", "z"],
      { galleryId: "g", zoneId: "z", purpose: "PURPOSE_UNSPECIFIED" },
    ],
    [
      "an authorisation for a purpose",
      "AuthoriseGallery",
      ["gallery", "authorise", "g", "--zone", "z", "--purpose", "public-safety-admission"],
      { galleryId: "g", zoneId: "z", purpose: "PURPOSE_PUBLIC_SAFETY_ADMISSION" },
    ],
  ])("%s is sent as it was typed", async (_what, method, args, request) => {
    const { code, err, seen } = await requestOf(method, args);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(seen).toMatchObject(request);
  });

  it.each([
    ["2030-07-01T00:00:00+08:00", 1_909_065_600],
    ["2030-06-30T16:00:00Z", 1_909_065_600],
    ["2030-07-01", 1_909_094_400],
  ])("an end of validity written %s is sent as its instant", async (text, seconds) => {
    const args = ["zone", "update", "z", "--valid-until", text];
    const { code, seen } = await requestOf("UpdateZone", args, { zone: {} });
    expect(code).toBe(0);
    expect(seen).toMatchObject({ zone: { validUntil: { seconds, nanos: 0 } } });
  });

  it("an end of validity without a zone is not sent", async () => {
    const args = ["zone", "update", "z", "--valid-until", "2030-07-01T00:00:00"];
    const { code, err, seen } = await requestOf("UpdateZone", args, { zone: {} });
    expect({ code, seen }).toEqual({ code: 2, seen: undefined });
    expect(err).toMatch(/instant with its zone/);
  });

  it("a camera's field of view is converted from the datum that is named", async () => {
    const file = join(folder, "view.geojson");
    const ring = [
      [121.4, 31.2],
      [121.5, 31.2],
      [121.5, 31.3],
      [121.4, 31.2],
    ];
    writeFileSync(file, JSON.stringify({ type: "Polygon", coordinates: [ring] }));
    const args = ["camera", "register", "c", "--zone", "z", "--position", "31.25,121.45"];
    const more = ["--datum", "gcj02", "--field-of-view", file, "--device-identity", "SN-1"];
    let seen: unknown;
    const handlers = {
      GetCamera: () => {
        throw notFound("camera", "c");
      },
      RegisterCamera: (request: object) => {
        seen = request;
        return request;
      },
    };
    expect((await cordonWith(handlers, [...args, ...more])).code).toBe(0);
    const { camera } = seen as { camera: { fieldOfViewGeojson: string; deviceIdentity: string } };
    expect(camera.deviceIdentity).toBe("SN-1");
    const [[longitude]] = JSON.parse(camera.fieldOfViewGeojson).coordinates[0];
    expect(longitude).toBeCloseTo(121.3955, 3);
  });

  it("a notice is shown with its five items in every language", async () => {
    const text = { language: "zh-CN", processor: "甲公司", rights: "可以删除" };
    const notice = { noticeId: "n", version: 2, current: true, texts: [text], zoneIds: ["z"] };
    const { out } = await requestOf("GetNotice", ["notice", "show", "n"], { notice });
    expect(out).toMatch(/in force/);
    expect(out).toMatch(/\(1\) 甲公司[\s\S]*\(4\) 可以删除/);
  });
});

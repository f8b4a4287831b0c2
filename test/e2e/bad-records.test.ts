import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CordonClient } from "../../src/transport/client/client.js";
import type { CordonClientError } from "../../src/transport/client/error.js";
import {
  everyItem,
  inside,
  lawfulQuery,
  makeDataDir,
  makeLawful,
  plaza,
  removeDataDir,
  type ServerProcess,
  startServerProcess,
  timestamp,
  YEAR_MS,
} from "./harness.js";

const now = Date.now();
const later = timestamp(now + YEAR_MS);
const east = { entranceId: "east", position: inside };
const newZone = {
  ...plaza,
  zoneId: "new",
  entrances: [east],
  validUntil: later,
};
const polygon = (...ring: readonly (readonly number[])[]) =>
  JSON.stringify({ type: "Polygon", coordinates: [ring] });

/** A ring of so many vertices around the plaza. */
function circle(vertices: number): string {
  const ring = Array.from({ length: vertices + 1 }, (_, at) => {
    const angle = ((at % vertices) / vertices) * 2 * Math.PI;
    return [116.395 + 0.005 * Math.cos(angle), 39.905 + 0.005 * Math.sin(angle)];
  });
  return JSON.stringify({ type: "Polygon", coordinates: [ring] }).replace(/(\.\d{6})\d*/g, "$1");
}

/** Geofences that are none, and the field that says so. */
const geofences: Readonly<Record<string, string>> = {
  "self-intersecting": polygon([116, 39], [117, 40], [117, 39], [116, 40], [116, 39]),
  open: polygon([116.39, 39.9], [116.4, 39.9], [116.4, 39.91], [116.39, 39.91]),
  empty: '{"type":"Polygon","coordinates":[]}',
  "a ring of nothing": '{"type":"Polygon","coordinates":[[]]}',
  "three points in line": polygon([116, 39], [117, 40], [118, 41], [116, 39]),
  "around the pole": polygon([0, 80], [90, 80], [180, 80], [-90, 80], [0, 80]),
  "a hundred thousand vertices": circle(100_000),
  "a million points in one place": `{"type":"Polygon","coordinates":[[${"[1,1],".repeat(1e6)}[1,1]]]}`,
  "latitude and longitude swapped": polygon(
    [39.9, 116.39],
    [39.9, 116.4],
    [39.91, 116.4],
    [39.91, 116.39],
    [39.9, 116.39],
  ),
  "not JSON": "POLYGON((1 1))",
  "a point": '{"type":"Point","coordinates":[116.39,39.9]}',
  "numbers beyond the earth": polygon([500, 39], [501, 39], [501, 40], [500, 39]),
};

/** Calls with one thing wrong, and the field that is. */
const calls: readonly {
  readonly name: string;
  readonly call: (client: CordonClient) => Promise<unknown>;
  readonly field: string;
}[] = [
  ...Object.entries(geofences).map(([name, geofenceGeojson]) => ({
    name: `a geofence: ${name}`,
    call: (client: CordonClient) => client.zone.createZone({ ...newZone, geofenceGeojson }),
    field: "geofence_geojson",
  })),
  {
    name: "a GCJ-02 geofence outside China",
    call: (client) =>
      client.zone.createZone({
        ...newZone,
        geofenceGeojson: polygon([2, 48], [2.01, 48], [2.01, 48.01], [2, 48]),
        geofenceDatum: "DATUM_GCJ02",
      }),
    field: "geofence_geojson",
  },
  {
    name: "a private space as place type",
    call: (client) => client.zone.createZone({ ...newZone, placeType: 77 as never }),
    field: "place_type",
  },
  {
    name: "no place type",
    call: (client) => client.zone.createZone({ ...newZone, placeType: "PLACE_TYPE_UNSPECIFIED" }),
    field: "place_type",
  },
  {
    name: "dates reversed",
    call: (client) =>
      client.zone.createZone({ ...newZone, validFrom: later, validUntil: timestamp(now) }),
    field: "valid_until",
  },
  {
    name: "an instant beyond the calendar",
    call: (client) => client.zone.createZone({ ...newZone, validUntil: { seconds: 1e15 } }),
    field: "valid_until",
  },
  {
    name: "an entrance far from the geofence",
    call: (client) =>
      client.zone.createZone({
        ...newZone,
        entrances: [{ ...east, position: { latitude: 40.5, longitude: 116.395 } }],
      }),
    field: "entrances[0].position",
  },
  {
    name: "a network that is none",
    call: (client) => client.zone.createZone({ ...newZone, permittedNetworks: ["10.0.0.1/8"] }),
    field: "permitted_networks[0]",
  },
  {
    name: "a mask of a field that is none",
    call: (client) =>
      client.zone.updateZone({
        zone: { zoneId: "plaza", necessity: "other" },
        updateMask: { paths: ["necessity", "state"] },
      }),
    field: "update_mask.paths[1]",
  },
  {
    name: "an update with a bad polygon",
    call: (client) =>
      client.zone.updateZone({
        zone: { zoneId: "plaza", geofenceGeojson: geofences["self-intersecting"] ?? "" },
        updateMask: { paths: ["geofence_geojson"] },
      }),
    field: "zone.geofence_geojson",
  },
  {
    name: "a sign in another zone",
    call: (client) =>
      client.signage.recordSign({
        sign: {
          signId: "far",
          zoneId: "plaza",
          entranceId: "east",
          position: { latitude: 39.95, longitude: 116.395 },
          photoSha256: Buffer.alloc(32, 1),
          installTime: timestamp(now - 1000),
          items: [...everyItem],
        },
      }),
    field: "sign.position",
  },
  {
    name: "an inspection before the last one",
    call: (client) =>
      client.signage.inspectSign({
        zoneId: "plaza",
        signId: "east-1",
        inspector: "Wang",
        inspectTime: timestamp(now - YEAR_MS),
      }),
    field: "inspect_time",
  },
  {
    name: "the same camera in two zones",
    call: (client) =>
      client.camera.registerCamera({
        camera: { cameraId: "gate-1", zoneId: "other", position: inside },
      }),
    field: "camera.zone_id",
  },
  {
    name: "one device as two cameras",
    call: (client) =>
      client.camera.registerCamera({
        camera: {
          cameraId: "gate-2",
          zoneId: "plaza",
          position: inside,
          deviceIdentity: "SN 4711",
        },
      }),
    field: "camera.device_identity",
  },
  {
    name: "a social credit code with a wrong check character",
    call: (client) =>
      client.server.setOperator({
        operator: {
          name: "Other Ltd",
          contact: "x@example.org",
          unifiedSocialCreditCode: "91350100M000100Y44",
        },
      }),
    field: "operator.unified_social_credit_code",
  },
  {
    name: "a notice without Chinese",
    call: (client) =>
      client.notice.publishNotice({
        notice: { noticeId: "n", zoneIds: ["plaza"], texts: [{ ...noticeText, language: "en" }] },
      }),
    field: "notice.texts",
  },
  {
    name: "a notice with an item missing",
    call: (client) =>
      client.notice.publishNotice({
        notice: { noticeId: "n", zoneIds: ["plaza"], texts: [{ ...noticeText, rights: " " }] },
      }),
    field: "notice.texts[0].rights",
  },
  {
    name: "a notice of a zone that is none",
    call: (client) =>
      client.notice.publishNotice({
        notice: { noticeId: "n", zoneIds: ["plaza", "nowhere"], texts: [noticeText] },
      }),
    field: "notice.zone_ids[1]",
  },
  {
    name: "an assessment that lacks a statutory part",
    call: (client) =>
      client.assessment.recordImpactAssessment({ assessment: { ...assessment, risks: "" } }),
    field: "assessment.risks",
  },
  {
    name: "an assessment for longer than three years",
    call: (client) =>
      client.assessment.recordImpactAssessment({
        assessment: { ...assessment, validUntil: timestamp(now + 4 * YEAR_MS) },
      }),
    field: "assessment.valid_until",
  },
  {
    name: "an approval by nobody",
    call: (client) => client.assessment.approveImpactAssessment({ assessmentId: "draft" }),
    field: "approver",
  },
  {
    name: "an incident in the future",
    call: (client) =>
      client.assessment.recordIncident({
        incident: { incidentId: "i", occurTime: later, description: "A leak." },
      }),
    field: "incident.occur_time",
  },
  {
    name: "an egress basis that stands on nothing",
    call: (client) =>
      client.safeguard.recordEgressBasis({
        basis: { basisId: "b", zoneId: "plaza", networks: ["203.0.113.0/24"], validUntil: later },
      }),
    field: "basis.citation",
  },
  {
    name: "rules for minors without their document",
    call: (client) =>
      client.safeguard.setMinorRules({
        rules: { storage: "s", use: "u", transfer: "t", disclosure: "d", approver: "Li" },
      }),
    field: "rules.document_sha256",
  },
];

const noticeText = {
  language: "zh-CN",
  processor: "p",
  purposeMethodRetention: "m",
  necessityImpact: "n",
  rights: "r",
  other: "o",
};
const assessment = {
  assessmentId: "new",
  zoneIds: ["plaza"],
  trigger: "ASSESSMENT_TRIGGER_FIRST_USE" as const,
  lawfulness: "l",
  impact: "i",
  risks: "r",
  measures: "m",
  documentSha256: Buffer.alloc(32, 1),
  validUntil: later,
};

describe("a record that is wrong names its field, and nothing of it is stored", () => {
  const dataDir = makeDataDir();
  let server: ServerProcess;
  let before: unknown;

  const everything = async () => {
    const { client } = server;
    return {
      operator: await client.server.getOperator({}),
      zones: await client.zone.listZones({}),
      signs: await client.signage.listSigns({ zoneId: "plaza" }),
      cameras: await client.camera.listCameras({}),
      notices: await client.notice.listNotices({}),
      assessments: await client.assessment.listImpactAssessments({}),
      incidents: await client.assessment.listIncidents({}),
      bases: await client.safeguard.listEgressBases({}),
      rules: await client.safeguard.getMinorRules({}).catch(({ status }) => status as string),
    };
  };

  beforeAll(async () => {
    server = await startServerProcess(dataDir);
    const { client } = server;
    await makeLawful(client);
    await client.zone.createZone({ ...newZone, zoneId: "other" });
    await client.camera.registerCamera({
      camera: { cameraId: "gate-3", zoneId: "other", mobile: true, deviceIdentity: "SN 4711" },
    });
    await client.assessment.recordImpactAssessment({
      assessment: { ...assessment, assessmentId: "draft" },
    });
    before = await everything();
  });
  afterAll(async () => {
    await server.stop();
    removeDataDir(dataDir);
  });

  for (const { name, call, field } of calls) {
    it(name, async () => {
      const error = await call(server.client).then(
        () => null,
        (thrown: unknown) => thrown as CordonClientError,
      );
      expect(error).toMatchObject({ status: "INVALID_ARGUMENT", reason: "FIELD_INVALID" });
      expect(error?.fields.map((violation) => violation.field)).toContain(field);
    });
  }

  it("a record that is not there is NOT_FOUND", async () => {
    const { zone, signage, camera, notice, assessment: pia, safeguard } = server.client;
    const nowhere = { zoneId: "nowhere" };
    const missing: readonly Promise<unknown>[] = [
      zone.updateZone({ zone: { ...newZone, ...nowhere } }),
      zone.checkZone(nowhere),
      signage.inspectSign({ zoneId: "plaza", signId: "none", inspector: "W" }),
      signage.inspectSign({ ...nowhere, signId: "none", inspector: "W" }),
      camera.getCamera({ cameraId: "none" }),
      notice.getNotice({ noticeId: "none" }),
      notice.getNotice({ noticeId: "plaza-notice", version: 99 }),
      notice.withdrawNotice({ noticeId: "none" }),
      pia.getImpactAssessment({ assessmentId: "none" }),
      pia.approveImpactAssessment({ assessmentId: "none", approver: "Li" }),
      pia.deleteImpactAssessment({ assessmentId: "none" }),
      safeguard.recordAlternativeMethod({ method: { ...nowhere, methodId: "m" } }),
      safeguard.removeAlternativeMethod({ zoneId: "plaza", methodId: "none" }),
      safeguard.recordEgressBasis({ basis: { ...nowhere, basisId: "b" } }),
      safeguard.removeEgressBasis({ zoneId: "plaza", basisId: "none" }),
      safeguard.getMinorRules({}),
    ];
    for (const result of await Promise.allSettled(missing)) {
      expect(result).toMatchObject({ status: "rejected", reason: { status: "NOT_FOUND" } });
    }
  });

  it("stored nothing of all this, and goes on", async () => {
    expect(await everything()).toEqual(before);
    const { modelPack } = await server.client.server.getServerInfo({});
    const values = Array.from({ length: modelPack?.dimension ?? 0 }, (_, at) => Math.cos(at));
    const embedding = { modelPack: modelPack?.name ?? "", values };
    const answer = await server.client.identification.identify({ ...lawfulQuery, embedding });
    expect(answer.faces).toHaveLength(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CordonClient } from "../../src/transport/client/client.js";
import type { CordonClientError } from "../../src/transport/client/error.js";
import {
  approveAssessment,
  inside,
  lawfulQuery,
  makeDataDir,
  makeLawful,
  plaza,
  publishNotice,
  recordSign,
  removeDataDir,
  type ServerProcess,
  startServerProcess,
  timestamp,
} from "./harness.js";

/** What makes a lawful zone unlawful, what the next query is refused for, and what cures it. */
interface Change {
  readonly name: string;
  readonly make: (client: CordonClient) => Promise<unknown>;
  readonly refusedFor: readonly string[];
  readonly undo: (client: CordonClient) => Promise<unknown>;
}

const updateZone = (client: CordonClient, changed: object, ...paths: string[]) =>
  client.zone.updateZone({ zone: { zoneId: "plaza", ...changed }, updateMask: { paths } });

/** A square of 100 m whose corner is this far from the plaza's middle, degrees. */
function squareAt(offset: number): string {
  const [west, south] = [inside.longitude + offset, inside.latitude + offset];
  const ring = [
    [west, south],
    [west + 0.001, south],
    [west + 0.001, south + 0.001],
    [west, south + 0.001],
    [west, south],
  ];
  return JSON.stringify({ type: "Polygon", coordinates: [ring] });
}

const north = { ...inside, latitude: 39.9095 };
const changes: readonly Change[] = [
  {
    name: "a suspended zone",
    make: (client) => client.zone.suspendZone({ zoneId: "plaza" }),
    refusedFor: ["ZONE_NOT_ACTIVE"],
    undo: (client) => client.zone.activateZone({ zoneId: "plaza" }),
  },
  {
    name: "a sign that is moved to another entrance",
    async make(client) {
      const entrances = [...plaza.entrances, { entranceId: "north", position: north }];
      await updateZone(client, { entrances }, "entrances");
      await client.signage.recordSign({
        sign: {
          signId: "east-1",
          zoneId: "plaza",
          entranceId: "north",
          position: north,
          photoSha256: Buffer.alloc(32, 7),
          installTime: timestamp(Date.now() - 1000),
          items: ["NOTICE_ITEM_PROCESSOR", "NOTICE_ITEM_RIGHTS"],
        },
      });
    },
    refusedFor: ["SIGNAGE_MISSING", "SIGNAGE_INCOMPLETE"],
    async undo(client) {
      await updateZone(client, { entrances: [...plaza.entrances] }, "entrances");
      await recordSign(client);
    },
  },
  {
    name: "a polygon that leaves the camera out",
    make: (client) => updateZone(client, { geofenceGeojson: squareAt(0.0002) }, "geofence_geojson"),
    refusedFor: ["CAMERA_OUTSIDE_GEOFENCE"],
    undo: (client) =>
      updateZone(client, { geofenceGeojson: plaza.geofenceGeojson }, "geofence_geojson"),
  },
  {
    name: "a private area drawn around the camera",
    make: (client) =>
      updateZone(
        client,
        { privateAreas: [{ areaId: "toilets", geojson: squareAt(-0.0005) }] },
        "private_areas",
      ),
    refusedFor: ["PRIVATE_SPACE"],
    undo: (client) => updateZone(client, { privateAreas: [] }, "private_areas"),
  },
  {
    name: "another method",
    make: (client) => updateZone(client, { method: "Faces and gaits are compared." }, "method"),
    refusedFor: ["NOTICE_OUTDATED", "PIA_OUTDATED"],
    async undo(client) {
      await publishNotice(client);
      await approveAssessment(client, "change-of-method");
    },
  },
  {
    name: "another method, taken back",
    async make(client) {
      await updateZone(client, { method: "Faces and gaits are compared again." }, "method");
      await updateZone(client, { method: "Faces and gaits are compared." }, "method");
    },
    refusedFor: ["NOTICE_OUTDATED", "PIA_OUTDATED"],
    async undo(client) {
      await publishNotice(client);
      await approveAssessment(client, "change-taken-back");
    },
  },
  {
    name: "a withdrawn notice",
    make: (client) => client.notice.withdrawNotice({ noticeId: "plaza-notice" }),
    refusedFor: ["NOTICE_MISSING"],
    undo: publishNotice,
  },
  {
    name: "a major incident",
    make: (client) =>
      client.assessment.recordIncident({
        incident: {
          incidentId: "leak",
          occurTime: timestamp(Date.now() - 1000),
          description: "A back-up was lost.",
        },
      }),
    refusedFor: ["PIA_OUTDATED"],
    undo: (client) => approveAssessment(client, "after-the-leak"),
  },
  {
    name: "a new operator",
    make: (client) =>
      client.server.setOperator({ operator: { name: "Other Ltd", contact: "other@example.org" } }),
    refusedFor: ["NOTICE_OUTDATED"],
    undo: publishNotice,
  },
  {
    name: "another purpose",
    make: (client) => updateZone(client, { purpose: "PURPOSE_PUBLIC_SAFETY_ADMISSION" }, "purpose"),
    refusedFor: ["ZONE_PURPOSE_MISSING", "NOTICE_OUTDATED", "PIA_OUTDATED"],
    async undo(client) {
      await updateZone(client, { purpose: "PURPOSE_PUBLIC_SAFETY" }, "purpose");
      await publishNotice(client);
      await approveAssessment(client, "purpose-taken-back");
    },
  },
];

it("a query that leaves its purpose out is for the purpose of its zone", async () => {
  const dataDir = makeDataDir();
  const { client, stop } = await startServerProcess(dataDir);
  try {
    await makeLawful(client);
    await updateZone(client, { purpose: "PURPOSE_PUBLIC_SAFETY_ADMISSION" }, "purpose");
    const asked = client.identification.identify({
      ...lawfulQuery,
      purpose: "PURPOSE_UNSPECIFIED",
      image: Buffer.from("x"),
    });
    const error = (await asked.catch((thrown: unknown) => thrown)) as {
      violations: { type: string }[];
    };
    expect(new Set(error.violations.map(({ type }) => type))).toEqual(
      new Set([
        "NOTICE_OUTDATED",
        "PIA_OUTDATED",
        "ALTERNATIVE_METHOD_MISSING",
        "GALLERY_NOT_AUTHORISED",
      ]),
    );
  } finally {
    await stop();
    removeDataDir(dataDir);
  }
});

describe("a change of what the gate stands on takes effect on the very next query", () => {
  const dataDir = makeDataDir();
  let server: ServerProcess;
  let embedding: { modelPack: string; values: number[] };

  beforeAll(async () => {
    server = await startServerProcess(dataDir);
    await makeLawful(server.client);
    const { modelPack } = await server.client.server.getServerInfo({});
    const values = Array.from({ length: modelPack?.dimension ?? 0 }, (_, at) => Math.sin(at + 1));
    embedding = { modelPack: modelPack?.name ?? "", values };
  });
  afterAll(async () => {
    await server.stop();
    removeDataDir(dataDir);
  });

  /** The reasons of the refusal; empty when the query is answered. */
  const reasons = async (): Promise<readonly string[]> => {
    try {
      await server.client.identification.identify({ ...lawfulQuery, embedding });
      return [];
    } catch (thrown) {
      const { status, violations } = thrown as CordonClientError;
      expect(status).toBe("FAILED_PRECONDITION");
      return violations.map(({ type }) => type);
    }
  };

  it("is lawful to begin with, and its checklist says so", async () => {
    expect(await reasons()).toEqual([]);
    const check = await server.client.zone.checkZone({ zoneId: "plaza", withinDays: 30 });
    expect(check.items.filter((item) => !item.satisfied)).toEqual([]);
    expect(check.satisfied).toBe(true);
  });

  for (const { name, make, refusedFor, undo } of changes) {
    it(`${name}: refused for just that, permitted again once it is cured`, async () => {
      await make(server.client);
      const refused = await reasons();
      await undo(server.client);
      expect(new Set(refused)).toEqual(new Set(refusedFor));
      expect(await reasons()).toEqual([]);
    });
  }

  it("keeps every record through kill -9", async () => {
    const { client } = server;
    await client.safeguard.recordAlternativeMethod({
      method: { methodId: "by-hand", zoneId: "plaza", description: "A guard looks at a ticket." },
    });
    await client.safeguard.recordEgressBasis({
      basis: {
        basisId: "law",
        zoneId: "plaza",
        networks: ["203.0.113.0/24"],
        citation: "Counter-Terrorism Law, Art. 50",
        validUntil: timestamp(Date.now() + 86_400_000),
      },
    });
    await client.safeguard.setMinorRules({
      rules: {
        storage: "Apart",
        use: "Only to find them",
        transfer: "None",
        disclosure: "None",
        documentSha256: Buffer.alloc(32, 3),
        approver: "Li Wei",
      },
    });
    await client.notice.withdrawNotice({ noticeId: "plaza-notice" });
    const everything = async () => {
      const { client: now } = server;
      return {
        operator: await now.server.getOperator({}),
        zones: await now.zone.listZones({}),
        signs: await now.signage.listSigns({ zoneId: "plaza" }),
        cameras: await now.camera.listCameras({}),
        notices: await now.notice.listNotices({}),
        assessments: await now.assessment.listImpactAssessments({}),
        incidents: await now.assessment.listIncidents({}),
        methods: await now.safeguard.listAlternativeMethods({}),
        bases: await now.safeguard.listEgressBases({}),
        rules: await now.safeguard.getMinorRules({}),
        check: { ...(await now.zone.checkZone({ zoneId: "plaza" })), checkTime: null },
      };
    };
    const before = await everything();
    await server.stop("SIGKILL");
    server = await startServerProcess(dataDir);
    expect(await everything()).toEqual(before);
    expect(await reasons()).toEqual(["NOTICE_MISSING"]);
    await publishNotice(server.client);
    expect(await reasons()).toEqual([]);
  });
});

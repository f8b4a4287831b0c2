import type {
  AlternativeMethod,
  EgressBasis,
  ImpactAssessment,
  Incident,
  MinorRules,
  Notice,
} from "../../src/store/gate-records.js";
import type { LawfulBasis } from "../../src/store/person-records.js";
import type { Camera, Gallery, Operator, Sign, Zone } from "../../src/store/records.js";

/** Records for tests of the store, each complete and valid. */

export function anOperator(changes: Partial<Operator> = {}): Operator {
  return {
    name: "北京站 🚉",
    contact: "\"'; DROP TABLE zones; --\u0000",
    unifiedSocialCreditCode: "91350100M000100Y43",
    region: "北京市",
    officers: [{ role: "DATA_PROTECTION_OFFICER", name: "王", contact: "dpo@example.com" }],
    noticeRevision: 2,
    ...changes,
  };
}

export function aZone(zoneId: string, changes: Partial<Zone> = {}): Zone {
  return {
    zoneId,
    displayName: "东门广场 🚉",
    state: "DRAFT",
    placeType: "TRANSPORT_HUB",
    purpose: "PUBLIC_SAFETY",
    necessity: "Crowd safety at the station's gates",
    geofence: {
      polygons: [[square(116.3, 39.9, 0.01), square(116.302, 39.902, 0.001)]],
      original: { datum: "GCJ02", geojson: '{"type":"Polygon"}' },
    },
    entrances: [
      {
        entranceId: "east",
        displayName: "East",
        position: {
          latitude: 39.9,
          longitude: 116.3,
          original: { latitude: 39.9014, longitude: 116.3062, datum: "GCJ02" },
        },
      },
    ],
    validFromMs: 1_750_000_000_000,
    validUntilMs: 1_800_000_000_000,
    createdAtMs: 1_750_000_000_000,
    updatedAtMs: 1_750_000_000_000,
    method: "Faces in the frame are compared with one gallery",
    permittedNetworks: ["10.4.0.0/16", "fd00:4::/64"],
    retentionDaysMax: 180,
    inspectionIntervalDays: 30,
    privateAreas: [
      {
        areaId: "toilets",
        displayName: "卫生间",
        geofence: { polygons: [[square(116.305, 39.905, 0.0005)]] },
      },
    ],
    noticeRevision: 3,
    assessmentRevision: 1,
    ...changes,
  };
}

function square(longitude: number, latitude: number, side: number): [number, number][] {
  return [
    [longitude, latitude],
    [longitude + side, latitude],
    [longitude + side, latitude + side],
    [longitude, latitude + side],
    [longitude, latitude],
  ];
}

export function aSign(zoneId: string, signId: string): Sign {
  return {
    signId,
    zoneId,
    entranceId: "east",
    position: { latitude: 39.9, longitude: 116.3 },
    photoSha256: "ab".repeat(32),
    installedAtMs: 1_750_000_000_000,
    items: ["PROCESSOR", "RIGHTS"],
    inspectedAtMs: 1_751_000_000_000,
    inspector: "巡检员王",
  };
}

export function aCamera(cameraId: string, zoneId: string, changes: Partial<Camera> = {}): Camera {
  return {
    cameraId,
    zoneId,
    displayName: "Pole 7",
    position: { latitude: 39.9, longitude: 116.3 },
    fieldOfView: { polygons: [[square(116.3, 39.9, 0.0001)]] },
    deviceIdentity: `SN-${cameraId}`,
    ...changes,
  };
}

export function aNotice(noticeId: string, version: number, zoneIds: readonly string[]): Notice {
  return {
    noticeId,
    version,
    zoneIds,
    texts: [
      {
        language: "zh-CN",
        processor: "北京站，电话 010-5101 9999",
        purposeMethodRetention: "公共安全；人脸比对；保存不超过180日",
        necessityImpact: "进站口曾受威胁",
        rights: "可致电查询、更正、删除",
        other: "无",
      },
    ],
    accessibleFormats: ["AUDIO", "BRAILLE"],
    publishedAtMs: 1_750_000_000_000,
    withdrawnAtMs: null,
    fingerprints: Object.fromEntries(zoneIds.map((zoneId) => [zoneId, "01".repeat(32)])),
  };
}

export function anAssessment(
  assessmentId: string,
  zoneIds: readonly string[],
  changes: Partial<ImpactAssessment> = {},
): ImpactAssessment {
  return {
    assessmentId,
    state: "DRAFT",
    zoneIds,
    trigger: "FIRST_USE",
    lawfulness: "合法、正当、必要。".repeat(1_000),
    impact: "The impact is small",
    risks: "The risks are named",
    measures: "The measures fit",
    documentSha256: "12".repeat(32),
    validUntilMs: 1_800_000_000_000,
    createdAtMs: 1_750_000_000_000,
    recordedAtMs: 1_760_000_000_000,
    approver: "",
    approvedAtMs: null,
    fingerprints: {},
    ...changes,
  };
}

export function anIncident(incidentId: string, zoneIds: readonly string[]): Incident {
  return {
    incidentId,
    zoneIds,
    occurredAtMs: 1_750_000_000_000,
    description: "A back-up was lost",
    recordedAtMs: 1_750_100_000_000,
  };
}

export function anAlternative(zoneId: string, methodId: string): AlternativeMethod {
  const description = "A ticket check by hand at the north gate";
  return { methodId, zoneId, description, availableFromMs: 1_750_000_000_000 };
}

export function anEgressBasis(zoneId: string, basisId: string): EgressBasis {
  return {
    basisId,
    zoneId,
    networks: ["203.0.113.0/24"],
    citation: "《反恐怖主义法》第五十条",
    consentEvidenceSha256: "",
    validUntilMs: 1_800_000_000_000,
  };
}

export const minorRules: MinorRules = {
  storage: "Sealed, apart from others",
  use: "Only to find missing children",
  transfer: "None",
  disclosure: "None",
  documentSha256: "34".repeat(32),
  approver: "李主任",
  approvedAtMs: 1_750_000_000_000,
};

export function aGallery(galleryId: string): Gallery {
  return { galleryId, displayName: "Missing children", createdAtMs: 1_750_000_000_000 };
}

export const aConsent: Extract<LawfulBasis, { kind: "consent" }> = {
  kind: "consent",
  givenAtMs: 1_750_000_000_000,
  evidenceSha256: "cd".repeat(32),
  noticeId: "station",
  noticeVersion: 3,
  channel: "paper form",
  guardian: { relation: "mother", givenAtMs: 1_750_000_000_000, evidenceSha256: "ef".repeat(32) },
};

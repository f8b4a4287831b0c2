import { randomBytes, randomUUID } from "node:crypto";
import type {
  Camera,
  Gallery,
  PersonRow,
  Sign,
  TemplateRow,
  Zone,
} from "../../src/store/records.js";

/** Records for tests of the store, each complete and valid. */

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
  };
}

export function aCamera(cameraId: string, zoneId: string): Camera {
  return {
    cameraId,
    zoneId,
    displayName: "Pole 7",
    position: { latitude: 39.9, longitude: 116.3 },
  };
}

export function aGallery(galleryId: string): Gallery {
  return { galleryId, displayName: "Missing children", createdAtMs: 1_750_000_000_000 };
}

export function aPerson(galleryIds: readonly string[], personId: string = randomUUID()): PersonRow {
  return {
    personId,
    wrappedKey: new Uint8Array(randomBytes(73)),
    sealedDetails: new Uint8Array(randomBytes(286)),
    lawfulBasis: {
      kind: "consent",
      givenAtMs: 1_750_000_000_000,
      evidenceSha256: "cd".repeat(32),
    },
    retentionDeadlineMs: 1_800_000_000_000,
    createdAtMs: 1_750_000_000_000,
    galleryIds,
  };
}

export function aTemplate(personId: string, templateId: string = randomUUID()): TemplateRow {
  return {
    templateId,
    personId,
    modelPack: "pack-160",
    sealed: new Uint8Array(randomBytes(670)),
    createdAtMs: 1_750_000_000_000,
  };
}

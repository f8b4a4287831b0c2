import { createFacts, type FactsWriter } from "../../src/compliance/facts.js";
import type { Enrolment, IdentifyQuery } from "../../src/compliance/rules/rule.js";
import type { Camera, Polygon, Sign, Zone } from "../../src/store/records.js";

export const NOW = Date.UTC(2026, 0, 15, 4);
export const DAY_MS = 86_400_000;

/** A square of 0.01 degrees at Beijing; its centre is 116.405 E, 39.905 N. */
export const square: Polygon = [
  [
    [116.4, 39.9],
    [116.41, 39.9],
    [116.41, 39.91],
    [116.4, 39.91],
    [116.4, 39.9],
  ],
];

export const inside = { latitude: 39.905, longitude: 116.405 };
export const outside = { latitude: 39.95, longitude: 116.405 };

export const plaza: Zone = {
  zoneId: "plaza",
  displayName: "Plaza",
  state: "ACTIVE",
  placeType: "STREET_OR_SQUARE",
  purpose: "PUBLIC_SAFETY",
  necessity: "Crowds of 50,000 on holidays",
  geofence: { polygons: [square] },
  entrances: [
    { entranceId: "east", displayName: "East", position: inside },
    { entranceId: "west", displayName: "West", position: inside },
  ],
  validFromMs: NOW - DAY_MS,
  validUntilMs: NOW + DAY_MS,
  createdAtMs: NOW - DAY_MS,
  updatedAtMs: NOW - DAY_MS,
};

export function signAt(entranceId: string, zoneId = "plaza"): Sign {
  return {
    signId: `sign-${entranceId}`,
    zoneId,
    entranceId,
    position: inside,
    photoSha256: "ab".repeat(32),
    installedAtMs: NOW - DAY_MS,
  };
}

export const fixedCamera: Camera = {
  cameraId: "c1",
  zoneId: "plaza",
  displayName: "North mast",
  position: inside,
};

export const mobileCamera: Camera = {
  cameraId: "m1",
  zoneId: "plaza",
  displayName: "Patrol car",
  position: null,
};

export const query: IdentifyQuery = {
  zoneId: "plaza",
  cameraId: "c1",
  galleryId: "wanted",
  purpose: "PUBLIC_SAFETY",
  cameraPosition: null,
};

export const enrolment: Enrolment = {
  galleryIds: ["wanted"],
  purpose: "PUBLIC_SAFETY",
  lawfulBasis: { kind: "consent", givenAtMs: NOW - DAY_MS, evidenceSha256: "cd".repeat(32) },
  retentionDeadlineMs: NOW + DAY_MS,
};

/** Facts under which `query` is lawful at `NOW`. */
export function lawfulFacts(): FactsWriter {
  const facts = createFacts();
  facts.putZone(plaza);
  facts.putSign(signAt("east"));
  facts.putSign(signAt("west"));
  facts.putCamera(fixedCamera);
  facts.putCamera(mobileCamera);
  facts.putAuthorisation({
    galleryId: "wanted",
    zoneId: "plaza",
    purpose: "PUBLIC_SAFETY",
    authorisedAtMs: NOW - DAY_MS,
  });
  return facts;
}

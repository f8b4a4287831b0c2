import { assessmentFingerprint, noticeFingerprint } from "../../src/compliance/fingerprint.js";
import type { ImpactAssessment, Notice } from "../../src/store/gate-records.js";
import {
  type Camera,
  type GalleryAuthorisation,
  type LatLng,
  noticeItems,
  type Operator,
  type Polygon,
  type PrivateArea,
  type Ring,
  type Sign,
  type Vertex,
  type Zone,
} from "../../src/store/records.js";
import { type Random, seededRandom } from "../random.js";

/** The clock of the bench. */
export const NOW_MS = Date.UTC(2026, 0, 15, 4);
const DAY_MS = 86_400_000;

const VERTICES_MIN = 100;
const VERTICES_MAX = 1000;
/** Half the width of a zone, degrees of latitude: 300 m to 1.1 km. */
const RADIUS_MIN = 0.003;
const RADIUS_MAX = 0.01;
/** Zones lie in cities, and elsewhere on a wide land. */
const CITIES = 20;
const CITY_DEGREES = 0.4;
const GALLERIES = 100;
/** Zones that one notice, and one assessment, cover. */
const ZONES_PER_RECORD = 100;

export const operator: Operator = {
  name: "Bench Operator",
  contact: "bench@example.org",
  unifiedSocialCreditCode: "",
  region: "",
  officers: [],
  noticeRevision: 0,
};

/** What is drawn anew for each zone, the same for the same seed. */
export interface Site {
  readonly zoneId: string;
  readonly centre: LatLng;
  /** Degrees of latitude. */
  readonly radius: number;
  readonly random: Random;
}

export function siteOf(seed: number, index: number): Site {
  const random = seededRandom(seed * 1_000_003 + index);
  const city = index % (2 * CITIES);
  const spread = (degrees: number) => (random.next() - 0.5) * degrees;
  const centre =
    city < CITIES
      ? {
          latitude: 22 + city + spread(CITY_DEGREES),
          longitude: 104 + city / 2 + spread(CITY_DEGREES),
        }
      : { latitude: 33 + spread(24), longitude: 100 + spread(40) };
  const radius = RADIUS_MIN + random.next() * (RADIUS_MAX - RADIUS_MIN);
  return { zoneId: `zone-${index}`, centre, radius, random };
}

/** A point so many radii east and north of the site's centre. */
export function placeIn({ centre, radius }: Site, east: number, north: number): LatLng {
  const narrowing = Math.cos((centre.latitude * Math.PI) / 180);
  return {
    latitude: centre.latitude + north * radius,
    longitude: centre.longitude + (east * radius) / narrowing,
  };
}

/** An active zone: a star of many corners; some have a hole in the south, some a private area. */
export function zoneOf(site: Site, index: number): Zone {
  const { random } = site;
  const count = VERTICES_MIN + random.below(VERTICES_MAX - VERTICES_MIN + 1);
  const outer = ringOf(site, count - 1);
  const holed = index % 10 === 0;
  const polygon: Polygon = holed ? [outer, squareOf(site, 0, -0.45)] : [outer];
  const room: PrivateArea = {
    areaId: "room",
    displayName: "",
    geofence: { polygons: [[squareOf(site, 0, 0.45)]] },
  };
  return {
    zoneId: site.zoneId,
    displayName: `Zone ${index}`,
    state: "ACTIVE",
    placeType: "STREET_OR_SQUARE",
    purpose: "PUBLIC_SAFETY",
    necessity: "Crowds",
    geofence: { polygons: [polygon] },
    entrances: entranceIds(index).map((entranceId) => ({
      entranceId,
      displayName: "",
      position: site.centre,
    })),
    validFromMs: NOW_MS - 100 * DAY_MS,
    validUntilMs: NOW_MS + 1000 * DAY_MS,
    createdAtMs: NOW_MS - 100 * DAY_MS,
    updatedAtMs: NOW_MS - 100 * DAY_MS,
    method: "Faces in view are compared with a list",
    permittedNetworks: ["10.0.0.0/8", "192.168.0.0/16"],
    retentionDaysMax: 365,
    inspectionIntervalDays: 90,
    privateAreas: index % 5 === 0 ? [room] : [],
    noticeRevision: 0,
    assessmentRevision: 0,
  };
}

/** Corners at rising angles, so that the ring never crosses itself; closed. */
function ringOf(site: Site, corners: number): Ring {
  const ring = Array.from({ length: corners }, (_, at): Vertex => {
    const angle = (at / corners) * 2 * Math.PI;
    const reach = 0.8 + 0.2 * site.random.next();
    const { latitude, longitude } = placeIn(site, reach * Math.cos(angle), reach * Math.sin(angle));
    return [longitude, latitude];
  });
  return [...ring, ring[0] as Vertex];
}

function squareOf(site: Site, east: number, north: number): Ring {
  const half = 0.025;
  const corners = [
    [-half, -half],
    [half, -half],
    [half, half],
    [-half, half],
    [-half, -half],
  ] as const;
  return corners.map(([x, y]): Vertex => {
    const { latitude, longitude } = placeIn(site, east + x, north + y);
    return [longitude, latitude];
  });
}

/** One to four. */
function entranceIds(index: number): readonly string[] {
  return ["north", "east", "south", "west"].slice(0, 1 + (index % 4));
}

export function signsOf(site: Site, index: number): readonly Sign[] {
  return entranceIds(index).map((entranceId) => ({
    signId: entranceId,
    zoneId: site.zoneId,
    entranceId,
    position: site.centre,
    photoSha256: "ab".repeat(32),
    installedAtMs: NOW_MS - 50 * DAY_MS,
    items: noticeItems,
    inspectedAtMs: NOW_MS - 10 * DAY_MS,
    inspector: "Inspector",
  }));
}

/** Every tenth is mobile; every other of the fixed ones has its field of view on record. */
export function cameraOf(site: Site, index: number): Camera {
  const cameraId = `camera-${index}`;
  const known = { cameraId, zoneId: site.zoneId, displayName: "", deviceIdentity: `SN-${index}` };
  if (isMobile(index)) return { ...known, position: null, fieldOfView: null };
  const random = seededRandom(index);
  const [east, north] = [random.next() * 0.4 - 0.2, random.next() * 0.4 - 0.2];
  const view = [
    [east, north],
    [east + 0.1, north],
    [east, north + 0.1],
    [east, north],
  ] as const;
  const ring = view.map(([x, y]): Vertex => {
    const { latitude, longitude } = placeIn(site, x, y);
    return [longitude, latitude];
  });
  const fieldOfView = index % 2 === 0 ? { polygons: [[ring]] } : null;
  return { ...known, position: placeIn(site, east, north), fieldOfView };
}

export function isMobile(cameraIndex: number): boolean {
  return cameraIndex % 10 === 9;
}

export function galleryOf(zoneIndex: number): string {
  return `gallery-${zoneIndex % GALLERIES}`;
}

export function authorisationOf(zoneIndex: number): GalleryAuthorisation {
  return {
    galleryId: galleryOf(zoneIndex),
    zoneId: `zone-${zoneIndex}`,
    purpose: "PUBLIC_SAFETY",
    authorisedAtMs: NOW_MS - 50 * DAY_MS,
  };
}

/** Numbers of the zones that share their notice and assessment with each other. */
export function zoneGroups(zones: number): readonly (readonly string[])[] {
  const groups: string[][] = [];
  for (let index = 0; index < zones; index++) {
    const group = Math.floor(index / ZONES_PER_RECORD);
    groups[group] ??= [];
    groups[group].push(`zone-${index}`);
  }
  return groups;
}

export function noticeOf(group: number, zoneIds: readonly string[]): Notice {
  const fingerprint = noticeFingerprint(anyZone(), operator);
  return {
    noticeId: `notice-${group}`,
    version: 1,
    zoneIds,
    texts: [],
    accessibleFormats: [],
    publishedAtMs: NOW_MS - 50 * DAY_MS,
    withdrawnAtMs: null,
    fingerprints: Object.fromEntries(zoneIds.map((zoneId) => [zoneId, fingerprint])),
  };
}

export function assessmentOf(group: number, zoneIds: readonly string[]): ImpactAssessment {
  const fingerprint = assessmentFingerprint(anyZone());
  return {
    assessmentId: `assessment-${group}`,
    state: "APPROVED",
    zoneIds,
    trigger: "FIRST_USE",
    lawfulness: "",
    impact: "",
    risks: "",
    measures: "",
    documentSha256: "cd".repeat(32),
    validUntilMs: NOW_MS + 500 * DAY_MS,
    createdAtMs: NOW_MS - 60 * DAY_MS,
    recordedAtMs: NOW_MS - 55 * DAY_MS,
    approver: "Board",
    approvedAtMs: NOW_MS - 50 * DAY_MS,
    fingerprints: Object.fromEntries(zoneIds.map((zoneId) => [zoneId, fingerprint])),
  };
}

/** What a notice tells and an assessment covers is the same of all zones. */
function anyZone(): Zone {
  return zoneOf(siteOf(0, 0), 0);
}

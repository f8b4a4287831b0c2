import { createFacts, type FactsWriter } from "../../src/compliance/facts.js";
import {
  assessmentFingerprint,
  noticeFingerprint,
  revisedZone,
} from "../../src/compliance/fingerprint.js";
import { decideEnrol, decideIdentify } from "../../src/compliance/gate.js";
import type { CameraFix, Enrolment, IdentifyQuery } from "../../src/compliance/rules/rule.js";
import type { Violation } from "../../src/compliance/violation.js";
import type {
  AlternativeMethod,
  EgressBasis,
  ImpactAssessment,
  Incident,
  MinorRules,
  Notice,
} from "../../src/store/gate-records.js";
import {
  type Camera,
  type Geofence,
  noticeItems,
  type Operator,
  type Polygon,
  type PrivateArea,
  type Sign,
  type Zone,
} from "../../src/store/records.js";

export const NOW = Date.UTC(2026, 0, 15, 4);
export const DAY_MS = 86_400_000;

/** A square of 0.01 degrees at Beijing; its centre is 116.405 E, 39.905 N. */
export const square: Polygon = box(116.4, 39.9, 116.41, 39.91);

export const inside = { latitude: 39.905, longitude: 116.405 };
export const outside = { latitude: 39.95, longitude: 116.405 };

/** A rectangle between two corners, degrees. */
export function box(west: number, south: number, east: number, north: number): Polygon {
  return [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ];
}

export function geofenceOf(...polygons: readonly Polygon[]): Geofence {
  return { polygons };
}

export const operator: Operator = {
  name: "Plaza Management",
  contact: "010-0000",
  unifiedSocialCreditCode: "",
  region: "Beijing",
  officers: [],
  noticeRevision: 0,
};

/** A toilet in the north-east corner of the square. */
export const toilet: PrivateArea = {
  areaId: "toilet",
  displayName: "Toilet",
  geofence: geofenceOf(box(116.408, 39.908, 116.409, 39.909)),
};
export const inToilet = { latitude: 39.9085, longitude: 116.4085 };

export const plaza: Zone = {
  zoneId: "plaza",
  displayName: "Plaza",
  state: "ACTIVE",
  placeType: "STREET_OR_SQUARE",
  purpose: "PUBLIC_SAFETY",
  necessity: "Crowds of 50,000 on holidays",
  geofence: geofenceOf(square),
  entrances: [
    { entranceId: "east", displayName: "East", position: inside },
    { entranceId: "west", displayName: "West", position: inside },
  ],
  validFromMs: NOW - DAY_MS,
  validUntilMs: NOW + 100 * DAY_MS,
  createdAtMs: NOW - DAY_MS,
  updatedAtMs: NOW - DAY_MS,
  method: "Faces are compared with a list of wanted persons",
  permittedNetworks: ["10.1.0.0/16"],
  retentionDaysMax: 30,
  inspectionIntervalDays: 90,
  privateAreas: [toilet],
  noticeRevision: 0,
  assessmentRevision: 0,
};

/** The same after its method has changed and changed back. */
export const changedBack: Zone = withMethod(withMethod(plaza, "Another"), plaza.method);

function withMethod(zone: Zone, method: string): Zone {
  return revisedZone(zone, { ...zone, method });
}

/** The same zone for admitting people, who must have another way in. */
export const admission: Zone = { ...plaza, purpose: "PUBLIC_SAFETY_ADMISSION" };

export function signAt(entranceId: string, zoneId = "plaza"): Sign {
  return {
    signId: `sign-${entranceId}`,
    zoneId,
    entranceId,
    position: inside,
    photoSha256: "ab".repeat(32),
    installedAtMs: NOW - DAY_MS,
    items: noticeItems,
    inspectedAtMs: NOW - DAY_MS,
    inspector: "",
  };
}

export const fixedCamera: Camera = {
  cameraId: "c1",
  zoneId: "plaza",
  displayName: "North mast",
  position: inside,
  fieldOfView: geofenceOf(box(116.404, 39.904, 116.406, 39.906)),
  deviceIdentity: "SN-1",
};

export const mobileCamera: Camera = {
  cameraId: "m1",
  zoneId: "plaza",
  displayName: "Patrol car",
  position: null,
  fieldOfView: null,
  deviceIdentity: "SN-2",
};

export function noticeFor(zone: Zone, version = 1): Notice {
  return {
    noticeId: "plaza-notice",
    version,
    zoneIds: [zone.zoneId],
    texts: [],
    accessibleFormats: [],
    publishedAtMs: NOW - DAY_MS,
    withdrawnAtMs: null,
    fingerprints: { [zone.zoneId]: noticeFingerprint(zone, operator) },
  };
}

export function assessmentFor(zone: Zone): ImpactAssessment {
  return {
    assessmentId: "pia-1",
    state: "APPROVED",
    zoneIds: [zone.zoneId],
    trigger: "FIRST_USE",
    lawfulness: "Lawful",
    impact: "Small",
    risks: "Few",
    measures: "Fit",
    documentSha256: "12".repeat(32),
    validUntilMs: NOW + 200 * DAY_MS,
    createdAtMs: NOW - 2 * DAY_MS,
    recordedAtMs: NOW - DAY_MS,
    approver: "Board",
    approvedAtMs: NOW - DAY_MS,
    fingerprints: { [zone.zoneId]: assessmentFingerprint(zone) },
  };
}

export const incident: Incident = {
  incidentId: "leak-1",
  zoneIds: ["plaza"],
  occurredAtMs: NOW - 1,
  description: "A disk was stolen",
  recordedAtMs: NOW - 1,
};

export const alternative: AlternativeMethod = {
  methodId: "ticket",
  zoneId: "plaza",
  description: "A ticket at the east gate",
  availableFromMs: NOW - DAY_MS,
};

export const egressBasis: EgressBasis = {
  basisId: "backhaul",
  zoneId: "plaza",
  networks: ["203.0.113.0/24"],
  citation: "Counter-Terrorism Law, Art. 50",
  consentEvidenceSha256: "",
  validUntilMs: NOW + 50 * DAY_MS,
};

export const minorRules: MinorRules = {
  storage: "Apart",
  use: "None but to find them",
  transfer: "None",
  disclosure: "None",
  documentSha256: "34".repeat(32),
  approver: "Board",
  approvedAtMs: NOW - DAY_MS,
};

export const authorisation = {
  galleryId: "wanted",
  zoneId: "plaza",
  purpose: "PUBLIC_SAFETY",
  authorisedAtMs: NOW - DAY_MS,
} as const;

export const query: IdentifyQuery = {
  zoneId: "plaza",
  cameraId: "c1",
  galleryId: "wanted",
  purpose: "PUBLIC_SAFETY",
  cameraFix: null,
  peerAddress: "10.1.2.3",
};

export const fix: CameraFix = { ...inside, accuracyM: 10, fixedAtMs: NOW };

export const consent = {
  kind: "consent",
  givenAtMs: NOW - DAY_MS,
  evidenceSha256: "cd".repeat(32),
  noticeId: "plaza-notice",
  noticeVersion: 1,
  channel: "paper form",
  guardian: null,
} as const;

export const guardian = {
  relation: "mother",
  givenAtMs: NOW - DAY_MS,
  evidenceSha256: "ef".repeat(32),
} as const;

export const enrolment: Enrolment = {
  galleryIds: ["wanted"],
  purpose: "PUBLIC_SAFETY",
  lawfulBasis: consent,
  retentionDeadlineMs: NOW + DAY_MS,
  age: { band: "ADULT" },
};

/** Facts under which `query` and `enrolment` are lawful at `NOW`. */
export function lawfulFacts(): FactsWriter {
  const facts = createFacts();
  facts.setOperator(operator);
  facts.putZone(plaza);
  facts.putSign(signAt("east"));
  facts.putSign(signAt("west"));
  facts.putCamera(fixedCamera);
  facts.putCamera(mobileCamera);
  facts.putRecord("notice", noticeFor(plaza));
  facts.putRecord("assessment", assessmentFor(plaza));
  facts.putRecord("alternative", alternative);
  facts.putRecord("egress", egressBasis);
  facts.putRecord("minorRules", minorRules);
  facts.putAuthorisation(authorisation);
  return facts;
}

/** The same for admission; a query says so with its purpose. */
export function admissionFacts(): FactsWriter {
  const facts = lawfulFacts();
  putTold(facts, admission);
  facts.putAuthorisation({ ...authorisation, purpose: "PUBLIC_SAFETY_ADMISSION" });
  return facts;
}

/** Puts a zone with a notice and an assessment that tell the truth about it. */
export function putTold(facts: FactsWriter, zone: Zone): void {
  facts.putZone(zone);
  facts.putRecord("notice", noticeFor(zone));
  facts.putRecord("assessment", assessmentFor(zone));
}

/** What the gate has against a query, or nothing. */
export function identifyViolations(
  facts: FactsWriter,
  asked: Partial<IdentifyQuery> = {},
  nowMs = NOW,
): readonly Violation[] {
  const decision = decideIdentify(facts, { ...query, ...asked }, nowMs);
  return decision.permitted ? [] : decision.refusal.violations;
}

/** What the gate has against an enrolment, or nothing. */
export function enrolViolations(
  claimed: Partial<Enrolment> = {},
  facts: FactsWriter = lawfulFacts(),
  nowMs = NOW,
): readonly Violation[] {
  const decision = decideEnrol(facts, { ...enrolment, ...claimed }, nowMs);
  return decision.permitted ? [] : decision.refusal.violations;
}

/** `REASON subject` for each. */
export function linesOf(violations: readonly Violation[]): readonly string[] {
  return violations.map(({ reason, subject }) => `${reason} ${subject}`);
}

import fc from "fast-check";
import { assessmentFingerprint, noticeFingerprint } from "../../../src/compliance/fingerprint.js";
import {
  type Camera,
  type ComplianceRecords,
  type LatLng,
  type NoticeItem,
  noticeItems,
  type Operator,
  type PlaceType,
  purposes,
  type Zone,
  type ZoneState,
} from "../../../src/store/records.js";
import {
  alternative,
  assessmentFor,
  box,
  DAY_MS,
  egressBasis,
  geofenceOf,
  incident,
  inside,
  inToilet,
  minorRules,
  NOW,
  noticeFor,
  operator,
  plaza,
  signAt,
} from "../../compliance/world.js";
import { removal } from "./removal.js";
import type { Box, Change, Told, Truth } from "./truth.js";

/** A moment near the others, so that every order of them comes up. */
export const moment = fc.integer({ min: NOW, max: NOW + 12 });
/** Long before all of them. */
const earlier = fc.constantFrom(NOW - DAY_MS, NOW - DAY_MS, NOW - DAY_MS);
/** Long after. */
const later = fc.constantFrom(NOW + 20 * DAY_MS, NOW + 30 * DAY_MS);
const past = fc.oneof({ arbitrary: earlier, weight: 4 }, moment);
const future = fc.oneof({ arbitrary: later, weight: 4 }, moment);

export const zoneId = fc.constantFrom("plaza", "station");
export const galleryId = fc.constantFrom("wanted", "staff");
export const cameraId = fc.constantFrom("c1", "c2", "m1");
export const purpose = fc.constantFrom(...purposes);
const zoneIds = fc.subarray(["plaza", "station"]);
const someZoneIds = fc.subarray(["plaza", "station"], { minLength: 1 });
const entranceIds = ["east", "west"] as const;
const hash = "ab".repeat(32);
const usually = <T>(good: T, ...bad: readonly T[]) =>
  fc.oneof({ arbitrary: fc.constant(good), weight: 6 }, fc.constantFrom(...bad));

/** In the middle, on the edge, beyond it, in the toilet, 85 m west of it. */
export const place: fc.Arbitrary<LatLng> = fc.constantFrom(
  inside,
  inside,
  { latitude: 39.905, longitude: 116.4 },
  { latitude: 39.905, longitude: 116.42 },
  { latitude: 39.8, longitude: 116.405 },
  inToilet,
  { latitude: 39.9085, longitude: 116.407 },
);

const view: fc.Arbitrary<Box | null> = fc.constantFrom<(Box | null)[]>(
  null,
  [116.404, 39.904, 116.406, 39.906],
  [116.4, 39.9, 116.405, 39.91],
  [116.404, 39.904, 116.411, 39.906],
  [116.404, 39.904, 116.4085, 39.9085],
  [116.404, 39.904, 116.408, 39.908],
);

const operators: readonly (Operator | null)[] = [
  operator,
  operator,
  { ...operator, contact: "010-1111" },
  { ...operator, region: "Shanghai" },
  null,
];

const told: fc.Arbitrary<Told> = fc.record({
  purpose: usually("PUBLIC_SAFETY" as const, "PUBLIC_SAFETY_ADMISSION" as const),
  method: usually(plaza.method, "Another"),
  necessity: usually(plaza.necessity, "Crowds", " "),
  retentionDaysMax: usually(30, 7),
  operator: fc.constantFrom(...operators),
});

function put<T>(list: readonly T[], item: T, isSame: (a: T, b: T) => boolean): T[] {
  return [...list.filter((other) => !isSame(other, item)), item];
}

const zone: fc.Arbitrary<Change> = fc
  .record({
    zoneId,
    told,
    state: usually<ZoneState>("ACTIVE", "DRAFT", "REGISTERED", "SUSPENDED", "CLOSED"),
    placeType: usually<PlaceType>("STREET_OR_SQUARE", "TOILET" as PlaceType),
    validFromMs: past,
    validUntilMs: future,
    entrances: fc.constantFrom(plaza.entrances, plaza.entrances, plaza.entrances.slice(1), []),
    permittedNetworks: fc.constantFrom(["10.1.0.0/16"], ["10.1.0.0/16"], []),
  })
  .map(({ told: { operator: _, ...words }, ...drawn }): Change => {
    const made: Zone = { ...plaza, ...words, ...drawn };
    return (facts, truth) => {
      facts.putZone(made);
      truth.zones = put(truth.zones, made, (a, b) => a.zoneId === b.zoneId);
    };
  });

const sign: fc.Arbitrary<Change> = fc
  .record({
    signId: fc.constantFrom("s1", "s2", "s3", "sign-east", "sign-west"),
    zoneId,
    entranceId: fc.constantFrom(...entranceIds),
    position: usually<LatLng>(
      inside,
      { latitude: 39.905, longitude: 116.4105 },
      { latitude: 39.905, longitude: 116.412 },
    ),
    photoSha256: usually(hash, ""),
    installedAtMs: past,
    items: usually<readonly NoticeItem[]>(noticeItems, noticeItems.slice(1), []),
    inspectedAtMs: fc.oneof(
      past,
      moment.map((ms) => ms - plaza.inspectionIntervalDays * DAY_MS),
    ),
  })
  .map((drawn): Change => {
    const made = { ...signAt("east"), ...drawn };
    return (facts, truth) => {
      facts.putSign(made);
      truth.signs = put(
        truth.signs,
        made,
        (a, b) => a.zoneId === b.zoneId && a.signId === b.signId,
      );
    };
  });

const camera: fc.Arbitrary<Change> = fc
  .record({ cameraId, zoneId: usually("plaza", "station"), position: fc.option(place), view })
  .map(({ view: seen, position, ...ids }): Change => {
    const own = position === null ? null : seen;
    const fieldOfView = own === null ? null : geofenceOf(box(...own));
    const made: Camera = { displayName: "", deviceIdentity: "", ...ids, position, fieldOfView };
    return (facts, truth) => {
      facts.putCamera(made);
      truth.cameras = put(
        truth.cameras,
        { camera: made, view: own },
        (a, b) => a.camera.cameraId === b.camera.cameraId,
      );
    };
  });

const notice: fc.Arbitrary<Change> = fc
  .record({
    told,
    noticeId: fc.constantFrom("plaza-notice", "other"),
    version: fc.integer({ min: 1, max: 3 }),
    zoneIds: someZoneIds,
    publishedAtMs: past,
    withdrawnAtMs: usually<number | null>(null, NOW),
  })
  .map(({ told: words, ...drawn }): Change => {
    const print = noticeFingerprint({ ...plaza, ...words }, words.operator);
    const fingerprints = Object.fromEntries(drawn.zoneIds.map((id) => [id, print]));
    const made = { ...noticeFor(plaza), ...drawn, fingerprints };
    return (facts, truth) => {
      facts.putRecord("notice", made);
      truth.notices = put(
        truth.notices,
        { notice: made, told: words },
        (a, b) => a.notice.noticeId === b.notice.noticeId && a.notice.version === b.notice.version,
      );
    };
  });

const assessment: fc.Arbitrary<Change> = fc
  .record({
    told,
    assessmentId: fc.constantFrom("pia-1", "pia-2"),
    zoneIds: someZoneIds,
    state: usually("APPROVED" as const, "DRAFT" as const),
    approvedAtMs: past,
    validUntilMs: future,
  })
  .map(({ told: words, ...drawn }): Change => {
    const print = assessmentFingerprint({ ...plaza, ...words });
    const fingerprints = Object.fromEntries(drawn.zoneIds.map((id) => [id, print]));
    const made = { ...assessmentFor(plaza), ...drawn, fingerprints };
    return (facts, truth) => {
      facts.putRecord("assessment", made);
      truth.assessments = put(
        truth.assessments,
        { assessment: made, told: words },
        (a, b) => a.assessment.assessmentId === b.assessment.assessmentId,
      );
    };
  });

/** A change that puts a record of a list without more ado. */
function putting<Kind extends "incident" | "alternative" | "egress">(
  kind: Kind,
  list: (truth: Truth) => ComplianceRecords[Kind][],
  isSame: (a: ComplianceRecords[Kind], b: ComplianceRecords[Kind]) => boolean,
): (record: ComplianceRecords[Kind]) => Change {
  return (record) => (facts, truth) => {
    facts.putRecord(kind, record);
    const own = list(truth);
    own.splice(0, own.length, ...put(own, record, isSame));
  };
}

const records: fc.Arbitrary<Change> = fc.oneof(
  fc
    .record({
      incidentId: fc.constantFrom("i1", "i2"),
      zoneIds,
      occurredAtMs: past,
      recordedAtMs: past,
    })
    .map((drawn) => ({ ...incident, ...drawn }))
    .map(
      putting(
        "incident",
        (truth) => truth.incidents,
        (a, b) => a.incidentId === b.incidentId,
      ),
    ),
  fc
    .record({
      methodId: fc.constantFrom("ticket", "guard"),
      zoneId,
      availableFromMs: past,
      description: usually("A ticket", " "),
    })
    .map((drawn) => ({ ...alternative, ...drawn }))
    .map(
      putting(
        "alternative",
        (truth) => truth.alternatives,
        (a, b) => a.zoneId === b.zoneId && a.methodId === b.methodId,
      ),
    ),
  fc
    .record({
      basisId: fc.constantFrom("b1", "b2"),
      zoneId,
      networks: fc.constantFrom(["203.0.113.0/24"], ["10.2.0.0/16", "203.0.113.0/24"]),
      citation: usually("A law", " "),
      consentEvidenceSha256: fc.constantFrom("", hash),
      validUntilMs: future,
    })
    .map((drawn) => ({ ...egressBasis, ...drawn }))
    .map(
      putting(
        "egress",
        (truth) => truth.egress,
        (a, b) => a.zoneId === b.zoneId && a.basisId === b.basisId,
      ),
    ),
);

const others: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ galleryId, zoneId, purpose }).map((drawn): Change => {
    const made = { ...drawn, authorisedAtMs: NOW };
    return (facts, truth) => {
      facts.putAuthorisation(made);
      truth.authorisations = [...truth.authorisations, made];
    };
  }),
  fc.option(past).map((approvedAtMs): Change => {
    const made = approvedAtMs === null ? null : { ...minorRules, approvedAtMs };
    return (facts, truth) => {
      if (made === null) facts.deleteRecord("minorRules", minorRules);
      else facts.putRecord("minorRules", made);
      truth.minorRules = made;
    };
  }),
  fc.constantFrom(...operators).map(
    (made): Change =>
      (facts, truth) => {
        facts.setOperator(made);
        truth.operator = made;
      },
  ),
  fc
    .record({
      overdue: fc.boolean(),
      policy: fc.constantFrom("warn" as const, "block-enrolment" as const, "block-all" as const),
    })
    .map(
      (made): Change =>
        (facts, truth) => {
          facts.setFiling(made);
          truth.filing = made;
        },
    ),
);

export const change: fc.Arbitrary<Change> = fc.oneof(
  { arbitrary: zone, weight: 2 },
  { arbitrary: sign, weight: 3 },
  { arbitrary: camera, weight: 3 },
  { arbitrary: notice, weight: 2 },
  { arbitrary: assessment, weight: 2 },
  { arbitrary: records, weight: 3 },
  { arbitrary: others, weight: 2 },
  { arbitrary: removal, weight: 2 },
);

import fc from "fast-check";
import type { ComplianceRecords } from "../../../src/store/gate-records.js";
import {
  type Camera,
  type LatLng,
  type NoticeItem,
  noticeItems,
} from "../../../src/store/records.js";
import {
  alternative,
  box,
  DAY_MS,
  egressBasis,
  geofenceOf,
  incident,
  inside,
  minorRules,
  NOW,
  plaza,
  signAt,
} from "../../compliance/world.js";
import {
  cameraId,
  entranceIds,
  future,
  galleryId,
  hash,
  moment,
  past,
  place,
  purpose,
  put,
  usually,
  zoneId,
  zoneIds,
} from "./draws.js";
import { removal } from "./removal.js";
import type { Box, Change, Truth } from "./truth.js";
import { assessment, notice, operatorChange, zone } from "./written.js";

const view: fc.Arbitrary<Box | null> = fc.constantFrom<(Box | null)[]>(
  null,
  [116.404, 39.904, 116.406, 39.906],
  [116.4, 39.9, 116.405, 39.91],
  [116.404, 39.904, 116.411, 39.906],
  [116.404, 39.904, 116.4085, 39.9085],
  [116.404, 39.904, 116.408, 39.908],
);

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
  { arbitrary: operatorChange, weight: 2 },
  { arbitrary: assessment, weight: 2 },
  { arbitrary: records, weight: 3 },
  { arbitrary: others, weight: 2 },
  { arbitrary: removal, weight: 2 },
);

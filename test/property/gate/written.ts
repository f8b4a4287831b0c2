import fc from "fast-check";
import {
  assessmentFingerprint,
  noticeFingerprint,
  revisedOperator,
  revisedZone,
} from "../../../src/compliance/fingerprint.js";
import type { Operator, PlaceType, Zone, ZoneState } from "../../../src/store/records.js";
import { assessmentFor, NOW, noticeFor, operator, plaza } from "../../compliance/world.js";
import { future, past, put, someZoneIds, usually, zoneId, zoneNames } from "./draws.js";
import type { Change, Told, Truth } from "./truth.js";

/*
 * Zones and the operator, which change, and what is written of them. Revisions are counted by the
 * engine's own functions, and the truth keeps by itself what each change has outdated.
 */

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

export const zone: fc.Arbitrary<Change> = fc
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
    return (facts, truth) => {
      const before = lastZone(truth, drawn.zoneId);
      const { noticeRevision, assessmentRevision } = before ?? plaza;
      const wanted = { ...plaza, ...words, ...drawn, noticeRevision, assessmentRevision };
      const made: Zone = before === undefined ? wanted : revisedZone(before, wanted);
      facts.putZone(made);
      truth.zones = put(truth.zones, made, (a, b) => a.zoneId === b.zoneId);
      if (before !== undefined) outdate(truth, before, made);
    };
  });

function lastZone({ zones, goneZones }: Truth, zoneId: string): Zone | undefined {
  return zones.find((zone) => zone.zoneId === zoneId) ?? goneZones.get(zoneId);
}

/** What was written of a zone before it changed is outdated, whatever it becomes. */
function outdate(truth: Truth, before: Zone, after: Zone): void {
  const processing = before.purpose !== after.purpose || before.method !== after.method;
  const told =
    processing ||
    before.necessity !== after.necessity ||
    before.retentionDaysMax !== after.retentionDaysMax;
  for (const { outdatedFor } of told ? truth.notices : []) outdatedFor.add(after.zoneId);
  for (const { outdatedFor } of processing ? truth.assessments : []) {
    outdatedFor.add(after.zoneId);
  }
}

export const notice: fc.Arbitrary<Change> = fc
  .record({
    told,
    noticeId: fc.constantFrom("plaza-notice", "other"),
    version: fc.integer({ min: 1, max: 3 }),
    zoneIds: someZoneIds,
    publishedAtMs: past,
    withdrawnAtMs: usually<number | null>(null, NOW),
  })
  .map(({ told: words, ...drawn }): Change => {
    return (facts, truth) => {
      const noticeRevision = truth.lastOperator?.noticeRevision ?? 0;
      const operator = words.operator && { ...words.operator, noticeRevision };
      const fingerprints = Object.fromEntries(
        drawn.zoneIds.map((id) => {
          const { noticeRevision } = lastZone(truth, id) ?? plaza;
          return [id, noticeFingerprint({ ...plaza, ...words, noticeRevision }, operator)];
        }),
      );
      const made = { ...noticeFor(plaza), ...drawn, fingerprints };
      facts.putRecord("notice", made);
      truth.notices = put(
        truth.notices,
        { notice: made, told: words, outdatedFor: new Set<string>() },
        (a, b) => a.notice.noticeId === b.notice.noticeId && a.notice.version === b.notice.version,
      );
    };
  });

export const assessment: fc.Arbitrary<Change> = fc
  .record({
    told,
    assessmentId: fc.constantFrom("pia-1", "pia-2"),
    zoneIds: someZoneIds,
    state: usually("APPROVED" as const, "DRAFT" as const),
    recordedAtMs: past,
    approvedAtMs: past,
    validUntilMs: future,
  })
  .map(({ told: words, ...drawn }): Change => {
    return (facts, truth) => {
      const fingerprints = Object.fromEntries(
        drawn.zoneIds.map((id) => {
          const { assessmentRevision } = lastZone(truth, id) ?? plaza;
          return [id, assessmentFingerprint({ ...plaza, ...words, assessmentRevision })];
        }),
      );
      const made = { ...assessmentFor(plaza), ...drawn, fingerprints };
      facts.putRecord("assessment", made);
      truth.assessments = put(
        truth.assessments,
        { assessment: made, told: words, outdatedFor: new Set<string>() },
        (a, b) => a.assessment.assessmentId === b.assessment.assessmentId,
      );
    };
  });

export const operatorChange: fc.Arbitrary<Change> = fc.constantFrom(...operators).map(
  (drawn): Change =>
    (facts, truth) => {
      const before = truth.lastOperator;
      const made = drawn && revisedOperator(before, drawn);
      facts.setOperator(made);
      truth.operator = made;
      truth.lastOperator = made ?? before;
      if (before === null || made === null) return;
      if (before.name === made.name && before.contact === made.contact) return;
      for (const { told: words, outdatedFor } of truth.notices) {
        if (words.operator !== null) for (const id of zoneNames) outdatedFor.add(id);
      }
    },
);

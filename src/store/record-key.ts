import type { ComplianceRecords, RecordKind } from "./records.js";

const VERSION_DIGITS = 10;

/** Key of one version of a notice; versions sort as numbers do. */
export function noticeKey(noticeId: string, version: number): string {
  return `${noticeId}/${String(version).padStart(VERSION_DIGITS, "0")}`;
}

/** Key of a record that belongs to one zone. */
export function inZoneKey(zoneId: string, id: string): string {
  return `${zoneId}/${id}`;
}

export const MINOR_RULES_KEY = "minors";

/** How each kind of record is keyed, and which zones it concerns. */
export const recordKeys: {
  readonly [Kind in RecordKind]: {
    readonly key: (record: ComplianceRecords[Kind]) => string;
    readonly zoneIds: (record: ComplianceRecords[Kind]) => readonly string[];
  };
} = {
  notice: {
    key: ({ noticeId, version }) => noticeKey(noticeId, version),
    zoneIds: ({ zoneIds }) => zoneIds,
  },
  assessment: {
    key: ({ assessmentId }) => assessmentId,
    zoneIds: ({ zoneIds }) => zoneIds,
  },
  incident: {
    key: ({ incidentId }) => incidentId,
    zoneIds: ({ zoneIds }) => zoneIds,
  },
  alternative: {
    key: ({ zoneId, methodId }) => inZoneKey(zoneId, methodId),
    zoneIds: ({ zoneId }) => [zoneId],
  },
  egress: {
    key: ({ zoneId, basisId }) => inZoneKey(zoneId, basisId),
    zoneIds: ({ zoneId }) => [zoneId],
  },
  minorRules: { key: () => MINOR_RULES_KEY, zoneIds: () => [] },
};

import type { ComplianceRecords, RecordKind } from "./gate-records.js";

/** Highest version of a notice, which a `uint32` holds. */
export const NOTICE_VERSION_MAX = 2 ** 32 - 1;

/** What the keys of all versions of a notice begin with. */
export function noticeKeyPrefix(noticeId: string): string {
  return `${noticeId}/`;
}

/** Key of one version of a notice. The newest sorts first, as listings show it. */
export function noticeKey(noticeId: string, version: number): string {
  const countdown = String(NOTICE_VERSION_MAX - version).padStart(10, "0");
  return noticeKeyPrefix(noticeId) + countdown;
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

import type {
  AlternativeMethod,
  ComplianceRecords,
  EgressBasis,
  ImpactAssessment,
  Incident,
  MinorRules,
  Notice,
  RecordKind,
} from "../store/gate-records.js";
import { recordKeys } from "../store/record-key.js";
import { type ByZone, createByZone } from "./by-zone.js";
import { createNoticeVersions } from "./notice-versions.js";

/** Stands for every zone where zones are named. No zone has this id. */
export const EVERY_ZONE = "";

/** The records that one zone's rules look at. */
export interface ZoneRecords {
  /** The newest version of each notice, where that names this zone; withdrawn ones too. */
  readonly notices: readonly Notice[];
  readonly assessments: readonly ImpactAssessment[];
  /** Those of this zone, and those of every zone. */
  readonly incidents: readonly Incident[];
  readonly alternatives: readonly AlternativeMethod[];
  readonly egressBases: readonly EgressBasis[];
}

/** The records of `ComplianceRecords`, found by zone. */
export interface RecordBook {
  /** Inserts or replaces. Returns the zones whose facts change; `EVERY_ZONE` among them for all. */
  put<Kind extends RecordKind>(kind: Kind, record: ComplianceRecords[Kind]): readonly string[];
  /** Deletes the record with the same key. Returns the zones whose facts change. */
  delete<Kind extends RecordKind>(kind: Kind, record: ComplianceRecords[Kind]): readonly string[];
  of(zoneId: string): ZoneRecords;
  /** The newest version, withdrawn or not. */
  notice(noticeId: string): Notice | undefined;
  minorRules(): MinorRules | null;
}

export function createRecordBook(): RecordBook {
  const versions = createNoticeVersions();
  const books = createBooks();

  /** A version changes which one is the newest, and so every zone that any version names. */
  function alsoTouched(kind: RecordKind, record: ComplianceRecords[RecordKind]): readonly string[] {
    return kind === "notice" ? versions.zoneIds((record as Notice).noticeId) : [];
  }

  return {
    put(kind, record) {
      const touched = [...books[kind].put(record), ...alsoTouched(kind, record)];
      if (kind === "notice") versions.put(record as Notice);
      return touched;
    },
    delete(kind, record) {
      const touched = [
        ...books[kind].delete(recordKeys[kind].key(record)),
        ...alsoTouched(kind, record),
      ];
      if (kind === "notice") versions.delete(record as Notice);
      return touched;
    },
    of: (zoneId) => ({
      notices: [...books.notice.of(zoneId)].filter(
        (notice) => versions.newest(notice.noticeId) === notice,
      ),
      assessments: [...books.assessment.of(zoneId)],
      incidents: [...books.incident.of(zoneId), ...books.incident.of(EVERY_ZONE)],
      alternatives: [...books.alternative.of(zoneId)],
      egressBases: [...books.egress.of(zoneId)],
    }),
    notice: versions.newest,
    minorRules: () => [...books.minorRules.of(EVERY_ZONE)][0] ?? null,
  };
}

type Books = { readonly [Kind in RecordKind]: ByZone<ComplianceRecords[Kind]> };

function createBooks(): Books {
  const book = <Kind extends RecordKind>(kind: Kind): ByZone<ComplianceRecords[Kind]> =>
    createByZone<ComplianceRecords[Kind]>(recordKeys[kind].key, (record) => {
      const zoneIds = recordKeys[kind].zoneIds(record);
      return zoneIds.length === 0 && concernsAll.has(kind) ? [EVERY_ZONE] : [...new Set(zoneIds)];
    });
  return {
    notice: book("notice"),
    assessment: book("assessment"),
    incident: book("incident"),
    alternative: book("alternative"),
    egress: book("egress"),
    minorRules: book("minorRules"),
  };
}

/** Kinds that concern every zone when they name none. */
const concernsAll: ReadonlySet<RecordKind> = new Set(["incident", "minorRules"]);

import type { Mark, PendingRecord } from "./audit-records.js";
import type { DistinctPair, Merge, Review } from "./decision-records.js";
import type { Erasure } from "./erasure-records.js";
import type { DayCount, FilingEvent, HandlingRules, WorkCalendar } from "./filing-records.js";
import type { ComplianceRecords, Notice, RecordKind } from "./gate-records.js";
import type { PersonRow, TemplateRow } from "./person-records.js";
import type { Camera, Gallery, GalleryAuthorisation, Operator, Sign, Zone } from "./records.js";

/** A page of a listing, ordered by id. `nextPageToken` is empty on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string;
}

export interface PageRequest {
  /** 1 to 1000. */
  readonly size: number;
  /** Empty for the first page. */
  readonly token: string;
}

/** A row to insert, with all that belongs to it. */
export interface NewPerson {
  readonly person: PersonRow;
  /** At least one. */
  readonly templates: readonly TemplateRow[];
  /** When the row is merged into another from the start: why. */
  readonly merge: Merge | null;
  readonly distinct: readonly DistinctPair[];
}

/** What became of an insertion. Nothing of one that is not "inserted" was kept. */
export type InsertOutcome =
  | { readonly kind: "inserted" }
  | { readonly kind: "gallery-absent"; readonly galleryId: string }
  /** The row to be merged into is gone, or was merged itself. */
  | { readonly kind: "root-absent" }
  | { readonly kind: "request-taken" };

/** A row and the `seq` of its first template after the one asked for. */
export interface PersonSeq {
  readonly personId: string;
  readonly seq: number;
}

/** The changes that are kept together with what the audit is to say of them. */
export type RecordChanges = Pick<
  Store,
  | "setOperator"
  | "insertZone"
  | "updateZone"
  | "putSign"
  | "deleteSign"
  | "putCamera"
  | "deleteCamera"
  | "insertGallery"
  | "deleteGallery"
  | "putAuthorisation"
  | "deleteAuthorisation"
  | "putRecord"
  | "deleteRecord"
  | "putMerge"
  | "undoMerge"
  | "putReview"
  | "appendFilingEvent"
  | "putCalendar"
  | "setHandlingRules"
>;

/** Up to where something that was made of the templates has read them. */
export interface StorePosition {
  /** `seq` of the newest template, 0 when there is none; a seq is never given twice. */
  readonly templateSeq: number;
  /** Its id; empty when there is none. */
  readonly templateId: string;
  /**
   * Another one, which was never used before, after each change of persons or templates but the
   * addition of new ones.
   */
  readonly token: string;
}

/**
 * The durable truth. Every write is on the disk when its promise resolves, and each is atomic.
 * One conformance suite (`test/contract/store.ts`) holds every driver to this.
 */
export interface Store {
  getOperator(): Promise<Operator | null>;
  setOperator(operator: Operator): Promise<void>;

  /** Inserts; false when the id is taken. */
  insertZone(zone: Zone): Promise<boolean>;
  /** Replaces; false when there is none. */
  updateZone(zone: Zone): Promise<boolean>;
  getZone(zoneId: string): Promise<Zone | null>;
  listZones(page: PageRequest): Promise<Page<Zone>>;

  putSign(sign: Sign): Promise<void>;
  getSign(zoneId: string, signId: string): Promise<Sign | null>;
  listSigns(zoneId: string | null, page: PageRequest): Promise<Page<Sign>>;
  deleteSign(zoneId: string, signId: string): Promise<boolean>;

  /**
   * Inserts or replaces. Null when it is done; the id of the other camera, and nothing is written,
   * when that has the same device identity.
   */
  putCamera(camera: Camera): Promise<string | null>;
  getCamera(cameraId: string): Promise<Camera | null>;
  listCameras(zoneId: string | null, page: PageRequest): Promise<Page<Camera>>;
  deleteCamera(cameraId: string): Promise<boolean>;

  insertGallery(gallery: Gallery): Promise<boolean>;
  getGallery(galleryId: string): Promise<Gallery | null>;
  listGalleries(page: PageRequest): Promise<Page<Gallery>>;
  /** Deletes with its authorisations; "not-empty" while persons are in it. */
  deleteGallery(galleryId: string): Promise<"deleted" | "absent" | "not-empty">;

  putAuthorisation(authorisation: GalleryAuthorisation): Promise<void>;
  deleteAuthorisation(galleryId: string, zoneId: string, purpose: string): Promise<boolean>;
  listAuthorisations(): Promise<readonly GalleryAuthorisation[]>;

  /**
   * The records of `ComplianceRecords`. Their keys are built by `recordKey` (src/store/record-key.ts)
   * and listings are ordered by key. A record that names no zone concerns every zone. Inserts or
   * replaces.
   */
  putRecord<Kind extends RecordKind>(kind: Kind, record: ComplianceRecords[Kind]): Promise<void>;
  getRecord<Kind extends RecordKind>(
    kind: Kind,
    key: string,
  ): Promise<ComplianceRecords[Kind] | null>;
  /** @param zoneId only records that concern this zone; all when null */
  listRecords<Kind extends RecordKind>(
    kind: Kind,
    zoneId: string | null,
    page: PageRequest,
  ): Promise<Page<ComplianceRecords[Kind]>>;
  deleteRecord(kind: RecordKind, key: string): Promise<boolean>;
  /** The highest version of a notice, withdrawn or not. */
  getNewestNotice(noticeId: string): Promise<Notice | null>;

  /**
   * Inserts persons, all in one commit, each whole or not at all. Every gallery must exist, and
   * the row that one is merged into must be there and not itself be merged.
   * @returns what became of each, in order
   */
  insertPersons(persons: readonly NewPerson[]): Promise<readonly InsertOutcome[]>;
  getPerson(personId: string): Promise<PersonRow | null>;
  /** The person's own row first, then those merged into it; empty when there is none. */
  listParts(personId: string): Promise<readonly PersonRow[]>;
  /** Rows that are not merged into another. @param galleryId with those whose parts are in it */
  listPersons(galleryId: string | null, page: PageRequest): Promise<Page<PersonRow>>;
  listTemplatesOf(personId: string): Promise<readonly TemplateRow[]>;
  /** Templates of each row, by its id; 0 for one that is not there. */
  countTemplates(personIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The row that each template belongs to, by template id; none for those that are gone. */
  listOwners(templateIds: readonly string[]): Promise<ReadonlyMap<string, PersonRow>>;
  /**
   * Who was enrolled, or erased, under each request key, by its lower-case hex. Keys that were
   * never used are not in it.
   */
  findRequests(
    requestKeys: readonly Uint8Array[],
  ): Promise<ReadonlyMap<string, { readonly personId: string; readonly erased: boolean }>>;
  /**
   * Deletes rows with their keys, memberships, templates and distinct pairs, takes them out of
   * reviews and merges, keeps the erasures, and scrubs the log, all in one commit. A merge into a
   * row that goes is handed on to who takes its place, so that it can still be undone. Rows that
   * are not there are left out. The request keys of what is deleted are remembered as erased.
   */
  erasePersons(erasures: readonly Erasure[]): Promise<void>;
  /**
   * Deletes rows of enrolments that were never acknowledged, as if they had not been: nothing is
   * kept of them, their request keys are free again. Scrubs the log.
   */
  discardPersons(personIds: readonly string[]): Promise<void>;
  /** By the id of any row that went with it; the newest. */
  getErasure(personId: string): Promise<Erasure | null>;
  /** In the order in which they were kept. @param afterSeq only those after it; 0 for all */
  listErasures(
    afterSeq: number,
    limit: number,
  ): Promise<readonly { readonly seq: number; readonly erasure: Erasure }[]>;
  /** Rows whose retention deadline is not after `nowMs`, the most overdue first. */
  listExpired(nowMs: number, limit: number): Promise<readonly PersonRow[]>;
  /** How many rows are due, and since when; null when none is. */
  expiredBacklog(
    nowMs: number,
  ): Promise<{ readonly rows: number; readonly oldestDueMs: number } | null>;

  /** Keeps the merge and moves its rows, or undoes it, in one commit. */
  putMerge(merge: Merge): Promise<void>;
  undoMerge(mergeId: string, undoneAtMs: number): Promise<Merge | null>;
  /**
   * Makes one part the person's own row: the other parts, and the row that was the person's own
   * until then, are merged into it. False when it is not a part of that person.
   */
  promotePart(personId: string, partId: string): Promise<boolean>;
  getMerge(mergeId: string): Promise<Merge | null>;
  /** Oldest first. @param personId only those that name or moved this row */
  listMerges(personId: string | null, page: PageRequest): Promise<Page<Merge>>;
  /** Pairs in which any of these is, with anybody. */
  listDistinct(personIds: readonly string[]): Promise<readonly DistinctPair[]>;
  putReview(review: Review): Promise<void>;
  getReview(reviewId: string): Promise<Review | null>;
  /** Those of these that there are, by id. */
  getReviews(reviewIds: readonly string[]): Promise<ReadonlyMap<string, Review>>;
  /** Oldest first. */
  listReviews(openOnly: boolean, page: PageRequest): Promise<Page<Review>>;
  countOpenReviews(): Promise<number>;

  /** Rows whose key was wrapped by an older version than this, in no order. */
  listKeysBelow(
    keyVersion: number,
    limit: number,
  ): Promise<readonly { readonly personId: string; readonly wrappedKey: Uint8Array }[]>;
  /** Replaces wrapped keys of rows that are still there, all in one commit; how many were. */
  replaceKeys(
    keys: readonly {
      readonly personId: string;
      readonly wrappedKey: Uint8Array;
      readonly keyVersion: number;
    }[],
  ): Promise<number>;
  /** Rows by the version that wrapped their key. */
  countByKeyVersion(): Promise<ReadonlyMap<number, number>>;

  /** Rows that are not merged into another: the count of Art. 15. */
  countPersons(): Promise<number>;
  countGalleries(): Promise<number>;
  /**
   * Persons and templates of each gallery; a person with several parts in it counts once. Walks
   * all of them and lets other calls in between, whose changes may or may not be counted.
   */
  countByGallery(): Promise<ReadonlyMap<string, { persons: number; templates: number }>>;

  /**
   * Appends one event of the filing. False, and nothing is kept, for a second THRESHOLD_REACHED:
   * the first is for ever.
   */
  appendFilingEvent(event: FilingEvent): Promise<boolean>;
  /** In the order in which they were appended. */
  listFilingEvents(): Promise<readonly FilingEvent[]>;
  /** Replaces the one of the same year. */
  putCalendar(calendar: WorkCalendar): Promise<void>;
  listCalendars(): Promise<readonly WorkCalendar[]>;
  setHandlingRules(rules: HandlingRules): Promise<void>;
  getHandlingRules(): Promise<HandlingRules | null>;
  /** Replaces that of the same day. */
  putDayCount(count: DayCount): Promise<void>;
  /** The newest `limit`, oldest first. */
  listDayCounts(limit: number): Promise<readonly DayCount[]>;
  /** Templates stored, of whomever. */
  countTemplatesStored(): Promise<number>;

  /**
   * Changes that are made together with what the audit is to say of them, in one commit: either
   * both are there or none. A change that changed nothing (the id was taken, there was no such
   * record) keeps nothing. For one change: a second with the same `changeId` is refused.
   */
  changing(pending: PendingRecord): RecordChanges;
  /** What was kept with changes and not deleted yet, oldest first. */
  listPendingRecords(limit: number): Promise<readonly PendingRecord[]>;
  /** These are on record. Those that are not there are left out. */
  deletePendingRecords(changeIds: readonly string[]): Promise<void>;

  /** A random id that tells this database from any other; a copy keeps it. */
  getInstanceId(): Promise<string>;
  getMark(): Promise<Mark | null>;
  /** Need not be on the disk when the promise resolves: an older mark costs time, not truth. */
  putMark(mark: Mark): Promise<void>;
  /** `seq` of the newest template and of the newest erasure; 0 when there is none. */
  newestSeqs(): Promise<{ readonly templateSeq: number; readonly erasureSeq: number }>;
  /** Rows with a template after this `seq`, in order of insertion. */
  listPersonsAfter(templateSeq: number, limit: number): Promise<readonly PersonSeq[]>;
  /**
   * Writes a whole and consistent copy to a file that does not exist yet, mode 0600, while reads
   * and writes go on.
   */
  backup(path: string): Promise<void>;

  /** What the index holds when it is up to date. */
  position(): Promise<StorePosition>;
  /** The id of the template of this `seq`; null when there is none, or no more. */
  templateIdAt(seq: number): Promise<string | null>;
  /**
   * Every template with its own row's key and galleries, in batches, for loading the index.
   * @param afterSeq only those after it; all when it is left out
   */
  scanTemplates(
    batchSize: number,
    afterSeq?: number,
  ): AsyncIterable<readonly { readonly template: TemplateRow; readonly person: PersonRow }[]>;

  close(): Promise<void>;
}

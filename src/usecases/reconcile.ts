import type { AuditLine, JsonValue } from "../audit/audit.js";
import type { Mark } from "../store/audit-records.js";
import type { Erasure } from "../store/erasure-records.js";
import type { PersonRow } from "../store/person-records.js";
import { recordChanges } from "./begin-change.js";
import { type Engine, server } from "./engine.js";
import {
  byPerson,
  eraseRows,
  erasureDetails,
  type RowsToErase,
  someRows,
} from "./roster/erase-rows.js";
import { linkOf } from "./roster/link.js";
import { headOf } from "./roster/who.js";

/** Rows and erasures read at once. */
const BATCH = 1_000;
/** Persons erased again in one commit. */
const PERSONS_PER_ERASURE = 50;

/** What a start found when it held store and audit against one another. */
export interface Reconciled {
  /** Enrolments that a crash kept out of the audit, and that are on record now. */
  readonly enrolmentsRecorded: number;
  /** The same for erasures. */
  readonly erasuresRecorded: number;
  /** The same for changes of records, for decisions about persons, and for merges. */
  readonly changesRecorded: number;
  /** Persons on record as erased who were back, as after restoring a database: erased again. */
  readonly erasedAgain: number;
  /** Enrolments on record that the store does not have: an older database was restored. */
  readonly enrolmentsLost: number;
}

/**
 * Holds store and audit against one another from the mark on, before anything is searchable: what
 * was stored is on record, and what was erased is gone.
 *
 * @throws Error, and the server does not start, when the audit lacks records that the store knows,
 *   or belongs to another database
 */
export async function reconcile(engine: Engine): Promise<Reconciled> {
  const mark = await engine.store.getMark();
  if (mark !== null) await requireRecord(engine, mark);
  const seen = await readRecords(engine, mark?.auditSeq ?? 0);
  await requireSameInstance(engine, mark, seen);
  const enrolmentsRecorded = await recordEnrolments(engine, mark?.templateSeq ?? 0, seen);
  const changesRecorded = await recordChanges(engine, mark?.auditSeq ?? 0);
  const erasuresRecorded = await recordErasures(engine, mark?.erasureSeq ?? 0, seen.erasureIds);
  // After that: its erasures are recorded as they are done.
  const erasedAgain = await eraseAgain(engine, seen.erasedIds);
  const enrolmentsLost = await countLost(engine, seen);
  await engine.marker.mark();
  return {
    ...{ enrolmentsRecorded, erasuresRecorded, changesRecorded },
    ...{ erasedAgain, enrolmentsLost },
  };
}

/** What the audit says since the mark. */
interface Seen {
  readonly enrolledIds: Set<string>;
  readonly erasedIds: Set<string>;
  readonly erasureIds: Set<string>;
  /** Of every signed checkpoint. */
  readonly instances: Set<string>;
}

async function readRecords(engine: Pick<Engine, "audit">, afterSeq: number): Promise<Seen> {
  const seen: Seen = {
    enrolledIds: new Set(),
    erasedIds: new Set(),
    erasureIds: new Set(),
    instances: new Set(),
  };
  for (const act of ["enrol", "erase", "audit.checkpoint"]) {
    for await (const line of engine.audit.query({ act }, afterSeq)) take(line, seen);
  }
  return seen;
}

function take({ record: { act, details } }: AuditLine, seen: Seen): void {
  if (act === "audit.checkpoint") seen.instances.add(text(details["instance"]));
  if (act === "enrol" && details["outcome"] === "ENROLLED") {
    // Records from before a row could be another's have the person alone.
    seen.enrolledIds.add(text(details["rowId"]) || text(details["personId"]));
  }
  if (act === "erase") {
    seen.erasureIds.add(text(details["erasureId"]));
    const { personIds = [details["personId"] ?? ""] } = details;
    for (const id of Array.isArray(personIds) ? personIds : []) seen.erasedIds.add(text(id));
  }
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

async function requireRecord({ audit }: Pick<Engine, "audit">, mark: Mark): Promise<void> {
  if (mark.auditSeq === 0) return;
  const hash = await audit.hashOf(mark.auditSeq);
  if (hash === mark.auditHash) return;
  throw new Error(
    `The audit ${hash === null ? "ends before" : "has another"} record ${mark.auditSeq}, which ` +
      "the database knows: its end was cut off, or it was replaced. Put back the audit directory " +
      "that belongs to this database, or restore both from one back-up.",
  );
}

/** A new database beside an old audit: the real one was lost. */
async function requireSameInstance(
  { store, instanceId: own }: Pick<Engine, "store" | "instanceId">,
  mark: Mark | null,
  { instances, enrolledIds }: Seen,
): Promise<void> {
  const isOther = [...instances].some((instance) => instance !== own);
  const isEmptied = mark === null && enrolledIds.size > 0 && (await isNew(store));
  if (!isOther && !isEmptied) return;
  throw new Error(
    "The audit directory belongs to another database than this one, which was lost or replaced. " +
      "Restore the database that belongs to it from a back-up (cordon restore), or start with a " +
      "data directory of its own; keep the audit: the law asks for it.",
  );
}

async function isNew(store: Engine["store"]): Promise<boolean> {
  const { templateSeq, erasureSeq } = await store.newestSeqs();
  return templateSeq === 0 && erasureSeq === 0;
}

async function eraseAgain(engine: Engine, erasedIds: ReadonlySet<string>): Promise<number> {
  const back: PersonRow[] = [];
  for (const personId of erasedIds) {
    const row = await engine.store.getPerson(personId);
    if (row !== null) back.push(row);
  }
  const why = { cause: "ERASURE" as const, actor: server, note: { again: 1 } };
  const persons = [...byPerson(back)];
  for (let at = 0; at < persons.length; at += PERSONS_PER_ERASURE) {
    const some: RowsToErase[] = [];
    for (const [personId, rows] of persons.slice(at, at + PERSONS_PER_ERASURE)) {
      some.push(await someRows(engine, personId, rows, why));
    }
    const erased = await eraseRows(engine, some);
    await Promise.all(erased.map(({ recorded }) => recorded));
  }
  return back.length;
}

/** Enrolments that were stored and not acknowledged: they stand, and are on record from now on. */
async function recordEnrolments(engine: Engine, after: number, seen: Seen): Promise<number> {
  let recorded = 0;
  for (let from = after; ; ) {
    const rows = await engine.store.listPersonsAfter(from, BATCH);
    const missing = rows.filter(({ personId }) => !seen.enrolledIds.has(personId));
    // Together, so that they share a flush of the disk.
    await Promise.all(missing.map(({ personId }) => recordEnrolment(engine, personId)));
    recorded += missing.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return recorded;
    from = last.seq;
  }
}

async function recordEnrolment(engine: Engine, rowId: string): Promise<void> {
  const { store, audit } = engine;
  const row = await store.getPerson(rowId);
  if (row === null) return;
  const link = await linkOf(engine, row);
  const pairs = await store.listDistinct([rowId]);
  await audit.append({
    act: "enrol",
    actor: server,
    details: {
      outcome: "ENROLLED",
      personId: headOf(row),
      rowId,
      galleryIds: [...row.galleryIds],
      basis: row.lawfulBasis.kind,
      retentionDeadlineMs: row.retentionDeadlineMs,
      mergeId: link?.mergeId ?? "",
      distinctFrom: pairs.flatMap(({ personIds }) => personIds.filter((id) => id !== rowId)),
      decidedBy: link?.decidedBy ?? pairs[0]?.decidedBy ?? "",
      decision: link?.reason ?? pairs[0]?.reason ?? "",
      recovered: true,
    },
  });
}

async function recordErasures(
  engine: Engine,
  after: number,
  known: ReadonlySet<string>,
): Promise<number> {
  let recorded = 0;
  for (let from = after; ; ) {
    const erasures = await engine.store.listErasures(from, BATCH);
    const missing = erasures.filter(({ erasure }) => !known.has(erasure.erasureId));
    // Together, so that they share a flush of the disk.
    await Promise.all(missing.map(({ erasure }) => recordErasure(engine, erasure)));
    recorded += missing.length;
    const last = erasures.at(-1);
    if (last === undefined || erasures.length < BATCH) return recorded;
    from = last.seq;
  }
}

async function recordErasure(engine: Engine, erasure: Erasure): Promise<void> {
  const details = { ...erasureDetails(erasure), recovered: true };
  await engine.audit.append({ act: "erase", actor: server, details });
}

async function countLost({ store }: Engine, { enrolledIds, erasedIds }: Seen): Promise<number> {
  let lost = 0;
  for (const id of enrolledIds) {
    if (erasedIds.has(id)) continue;
    if ((await store.getPerson(id)) === null && (await store.getErasure(id)) === null) lost += 1;
  }
  return lost;
}

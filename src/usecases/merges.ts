import type { Caller } from "../access/access.js";
import { CordonError, invalidField, notFound } from "../base/errors.js";
import { newId } from "../base/ids.js";
import { checkedReason } from "../base/reason.js";
import type { Merge } from "../store/decision-records.js";
import type { PersonRow } from "../store/person-records.js";
import type { Page, PageRequest } from "../store/store.js";
import { beginChange } from "./begin-change.js";
import type { Engine } from "./engine.js";
import { countChange } from "./filing/count-change.js";
import { everyItem } from "./load.js";
import { reindex } from "./roster/index-entries.js";
import { requireEnrolled } from "./roster/require-enrolled.js";
import { headOf, ownRow } from "./roster/who.js";

export interface MergeRequest {
  readonly personId: string;
  readonly duplicatePersonId: string;
  readonly reason: string;
}

/**
 * Two enrolled persons turned out to be one: they are counted, found and erased as one from now
 * on. Each enrolment keeps its own lawful basis, deadline and key. Can be undone.
 */
export async function mergePersons(
  engine: Engine,
  request: MergeRequest,
  caller: Caller,
): Promise<Merge> {
  const reason = checkedReason(request.reason);
  const { merge, recorded } = await engine.roster.alone(async () => {
    const own = await requireEnrolled(engine, request.personId);
    const duplicate = await requireEnrolled(engine, request.duplicatePersonId);
    if (own.personId === duplicate.personId) {
      throw invalidField("duplicate_person_id", "is the same person already");
    }
    const moved = await engine.store.listParts(duplicate.personId);
    const made: Merge = {
      mergeId: newId(),
      personId: own.personId,
      duplicatePersonId: duplicate.personId,
      movedIds: moved.map(({ personId }) => personId),
      reason,
      decidedBy: caller.name,
      mergedAtMs: engine.clock.nowMs(),
      undoneAtMs: null,
    };
    const change = beginChange(engine, caller, "person.merge", mergeDetails(made));
    await change.store.putMerge(made);
    countChange(engine, -1, 0, made.mergedAtMs);
    // It stands from here on, so it is on record whatever becomes of the index.
    const recorded = change.record();
    recorded.catch(() => undefined);
    await reindex(engine, moved, own.personId);
    return { merge: made, recorded };
  });
  await recorded;
  return merge;
}

/** Takes a merge back; the newest that concerns a person goes first. */
export async function undoMerge(engine: Engine, mergeId: string, caller: Caller): Promise<Merge> {
  const { merge, recorded } = await engine.roster.alone(async () => {
    const standing = await engine.store.getMerge(mergeId);
    if (standing === null) throw notFound("merge", mergeId);
    if (standing.undoneAtMs !== null) throw stateError(`The merge "${mergeId}" was taken back.`);
    await requireNewest(engine, standing);
    const before = await rowsOf(engine, standing.personId);
    const change = beginChange(engine, caller, "person.unmerge", mergeDetails(standing));
    const undone = await change.store.undoMerge(mergeId, engine.clock.nowMs());
    if (undone === null) throw notFound("merge", mergeId);
    const recording = change.record();
    recording.catch(() => undefined);
    const after = await readAgain(engine, before);
    const more = new Set(after.map(headOf)).size - 1;
    const crossed = countChange(engine, more, 0, engine.clock.nowMs());
    const recorded = Promise.all([recording, crossed]);
    recorded.catch(() => undefined);
    await reindexChanged(engine, before, after);
    return { merge: undone, recorded };
  });
  await recorded;
  return merge;
}

export async function listMerges(
  engine: Engine,
  personId: string | null,
  page: PageRequest,
): Promise<Page<Merge>> {
  return engine.store.listMerges(personId, page);
}

/** Every row of the person whom a row is of, as it is now. */
async function rowsOf(engine: Engine, rowId: string): Promise<readonly PersonRow[]> {
  const own = await ownRow(engine, rowId);
  return own === null ? [] : engine.store.listParts(own.personId);
}

/** The same rows as they are now. */
async function readAgain(
  { store }: Engine,
  rows: readonly PersonRow[],
): Promise<readonly PersonRow[]> {
  const again = await Promise.all(rows.map(({ personId }) => store.getPerson(personId)));
  return again.filter((row) => row !== null);
}

/**
 * Each row is found under whoever it is of now. That may have changed on either side: where the
 * person's own row is on the one that leaves, those who stay are known by another.
 */
async function reindexChanged(
  engine: Engine,
  before: readonly PersonRow[],
  after: readonly PersonRow[],
): Promise<void> {
  const heads = new Map(before.map((row) => [row.personId, headOf(row)]));
  for (const row of after) {
    if (headOf(row) !== heads.get(row.personId)) await reindex(engine, [row], headOf(row));
  }
}

/** A later merge has moved on both what this one would give back and who it was taken from. */
async function requireNewest(engine: Engine, merge: Merge): Promise<void> {
  const { store } = engine;
  for (const id of [merge.personId, merge.duplicatePersonId]) {
    for await (const other of everyItem((page) => store.listMerges(id, page))) {
      const isLater = other.mergedAtMs >= merge.mergedAtMs && other.mergeId !== merge.mergeId;
      if (!isLater || other.undoneAtMs !== null || !movedBothOf(merge, other)) continue;
      throw new CordonError({
        status: "FAILED_PRECONDITION",
        reason: "MERGE_NOT_NEWEST",
        message: `The merge "${other.mergeId}" came later and moved the same person. Undo it first.`,
        metadata: { merge: other.mergeId },
      });
    }
  }
}

/** False where the other one moved one side alone: that can be taken back in any order. */
function movedBothOf({ personId, movedIds }: Merge, other: Merge): boolean {
  return other.movedIds.includes(personId) && other.movedIds.some((id) => movedIds.includes(id));
}

/** What the audit says of a merge. */
function mergeDetails(merge: Merge) {
  const { mergeId, personId, duplicatePersonId, movedIds, reason, decidedBy } = merge;
  return { mergeId, personId, duplicatePersonId, personIds: [...movedIds], reason, decidedBy };
}

function stateError(message: string): CordonError {
  return new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "STATE_TRANSITION_INVALID",
    message,
  });
}

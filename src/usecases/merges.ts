import type { Caller } from "../access/access.js";
import { CordonError, invalidField, notFound } from "../base/errors.js";
import { newId } from "../base/ids.js";
import { saysSomething } from "../base/says.js";
import type { Merge } from "../store/records.js";
import type { Page, PageRequest } from "../store/store.js";
import { actorOf, type Engine } from "./engine.js";
import { countChange } from "./filing/count-change.js";
import { everyItem } from "./load.js";
import { reindex } from "./roster/index-entries.js";
import { ownRow } from "./roster/resolve.js";

const REASON_CHARACTERS_MAX = 500;

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
    const own = await ownRow(engine, request.personId);
    if (own === null) throw notFound("person", request.personId);
    const duplicate = await ownRow(engine, request.duplicatePersonId);
    if (duplicate === null) throw notFound("person", request.duplicatePersonId);
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
    await engine.store.putMerge(made);
    countChange(engine, -1, 0, made.mergedAtMs);
    await reindex(engine, moved, own.personId);
    return { merge: made, recorded: record(engine, "person.merge", made, caller) };
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
    const together = await partsOf(engine, standing.personId);
    const undone = await engine.store.undoMerge(mergeId, engine.clock.nowMs());
    if (undone === null) throw notFound("merge", mergeId);
    const more = (await personsAmong(engine, together)) - 1;
    const crossed = countChange(engine, more, 0, engine.clock.nowMs());
    const parts = await engine.store.listParts(undone.duplicatePersonId);
    await reindex(engine, parts, undone.duplicatePersonId);
    const recorded = record(engine, "person.unmerge", undone, caller);
    return { merge: undone, recorded: Promise.all([recorded, crossed]) };
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

/** Every row of a person, by the id of any. */
async function partsOf(engine: Engine, personId: string): Promise<readonly string[]> {
  const own = await ownRow(engine, personId);
  if (own === null) throw notFound("person", personId);
  return (await engine.store.listParts(own.personId)).map((row) => row.personId);
}

/** How many persons these rows are of. */
async function personsAmong(engine: Engine, rowIds: readonly string[]): Promise<number> {
  const rows = await Promise.all(rowIds.map((rowId) => engine.store.getPerson(rowId)));
  return new Set(rows.map((row) => row?.mergedInto ?? row?.personId)).size;
}

/** A later merge has moved on what this one would give back. */
async function requireNewest(engine: Engine, merge: Merge): Promise<void> {
  const { store } = engine;
  for (const id of [merge.personId, merge.duplicatePersonId]) {
    for await (const other of everyItem((page) => store.listMerges(id, page))) {
      const isLater = other.mergedAtMs >= merge.mergedAtMs && other.mergeId !== merge.mergeId;
      if (!isLater || other.undoneAtMs !== null || !other.movedIds.includes(merge.personId))
        continue;
      throw new CordonError({
        status: "FAILED_PRECONDITION",
        reason: "MERGE_NOT_NEWEST",
        message: `The merge "${other.mergeId}" came later and moved the same person. Undo it first.`,
        metadata: { merge: other.mergeId },
      });
    }
  }
}

function record(engine: Engine, act: string, merge: Merge, caller: Caller): Promise<number> {
  const { mergeId, personId, duplicatePersonId, movedIds, reason } = merge;
  const details = { mergeId, personId, duplicatePersonId, personIds: [...movedIds], reason };
  const recorded = engine.audit.append({ act, actor: actorOf(caller), details });
  engine.marker.note(recorded);
  return recorded;
}

export function checkedReason(reason: string): string {
  if (saysSomething(reason) && reason.length <= REASON_CHARACTERS_MAX) return reason.trim();
  throw invalidField(
    "reason",
    `say in 1 to ${REASON_CHARACTERS_MAX} characters how it was found out`,
  );
}

function stateError(message: string): CordonError {
  return new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "STATE_TRANSITION_INVALID",
    message,
  });
}

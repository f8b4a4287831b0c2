import type { AuditActor } from "../../audit/audit.js";
import { canonicalJson } from "../../audit/canonical.js";
import { newId } from "../../base/ids.js";
import { rosterId } from "../../index/port.js";
import type { Erasure, ErasureCause } from "../../store/erasure-records.js";
import type { PersonRow } from "../../store/person-records.js";
import type { Engine } from "../engine.js";
import { reindex } from "./index-entries.js";
import { type Gone, removeGone } from "./keep-in-step.js";
import { headOf, heirOf } from "./who.js";

/** Rows of one person that go together, and why. */
export interface RowsToErase {
  /** Who they are of. */
  readonly personId: string;
  /** All rows of the person, or the merged ones of them that go. */
  readonly rows: readonly PersonRow[];
  readonly cause: ErasureCause;
  readonly actor: AuditActor;
  /** What the caller said, for the audit. */
  readonly note: Readonly<Record<string, string | number | null>>;
}

/** An erasure that is done; on record once `recorded` resolves. */
export interface ErasedRows {
  readonly erasure: Erasure;
  readonly recorded: Promise<unknown>;
}

/**
 * The one way in which anybody is erased: out of the index first, so that no query finds them any
 * more, then keys and rows with a signed receipt, in one commit for all that are given; and out of
 * the index again, where a gallery that was filled anew may have read them before the commit. What
 * fails before the commit has changed nothing: those who are still stored are in the index again.
 * For use inside the roster's lane.
 */
export async function eraseRows(
  engine: Engine,
  all: readonly RowsToErase[],
): Promise<readonly ErasedRows[]> {
  const { erasures, gone } = await removeAll(engine, all).catch(async (thrown: unknown) => {
    await putBack(engine, all);
    throw thrown;
  });
  for (const { erasure } of erasures) engine.erased.note(erasure.rowIds);
  const erased = erasures.map(({ one, erasure }) => {
    const isWhole = erasure.rowIds.includes(one.personId);
    engine.filing.count.change(isWhole ? -1 : 0, -erasure.templates);
    engine.metrics.erasures.inc({ cause: erasure.cause });
    const recorded = engine.audit.append({
      act: "erase",
      actor: one.actor,
      details: { ...erasureDetails(erasure), ...one.note },
    });
    engine.marker.note(recorded);
    return { erasure, recorded };
  });
  await removeGone(engine, gone);
  return erased;
}

/** What was erased, and which templates went from which gallery. */
interface Removed {
  readonly erasures: readonly { readonly one: RowsToErase; readonly erasure: Erasure }[];
  readonly gone: Gone;
}

/** Out of the index, and then out of the store. */
async function removeAll(engine: Engine, all: readonly RowsToErase[]): Promise<Removed> {
  const erasures: { readonly one: RowsToErase; readonly erasure: Erasure }[] = [];
  const gone = new Map<string, string[]>();
  for (const one of all) {
    const templateIds = await templateIdsOf(engine, one.rows);
    for (const galleryId of await removeFromIndex(engine, one, templateIds)) {
      const ids = gone.get(galleryId) ?? [];
      ids.push(...templateIds);
      gone.set(galleryId, ids);
    }
    erasures.push({ one, erasure: receiptOf(engine, one, templateIds.length) });
  }
  await engine.store.erasePersons(erasures.map(({ erasure }) => erasure));
  return { erasures, gone };
}

/** Into the index again, who is stored still: nobody may be enrolled and not be found. */
async function putBack(engine: Engine, all: readonly RowsToErase[]): Promise<void> {
  for (const row of all.flatMap(({ rows }) => rows)) {
    try {
      const stored = await engine.store.getPerson(row.personId);
      if (stored !== null) await reindex(engine, [stored], headOf(stored));
    } catch (err) {
      engine.log.error({ err }, "the store did not answer; filling the galleries again");
      for (const galleryId of [rosterId, ...row.galleryIds]) engine.index.lose(galleryId);
    }
  }
}

/** What the audit says of an erasure. */
export function erasureDetails({ personId, rowIds, cause, templates, erasureId }: Erasure) {
  return { personId, personIds: [...rowIds], cause, templates, erasureId };
}

/** Rows by the person that they are of. */
export function byPerson(rows: readonly PersonRow[]): ReadonlyMap<string, readonly PersonRow[]> {
  const persons = new Map<string, PersonRow[]>();
  for (const row of rows) {
    const personId = headOf(row);
    persons.set(personId, [...(persons.get(personId) ?? []), row]);
  }
  return persons;
}

/**
 * Some rows of a person, ready to be erased while the others stay, on the lawful bases of their
 * own. When the person's own row goes, the one that is kept longest takes its place.
 */
export async function someRows(
  engine: Engine,
  personId: string,
  rows: readonly PersonRow[],
  why: Pick<RowsToErase, "cause" | "actor" | "note">,
): Promise<RowsToErase> {
  const going = new Set(rows.map((row) => row.personId));
  const parts = await engine.store.listParts(personId);
  const staying = parts.filter((row) => !going.has(row.personId));
  return { personId: await keepOwnRow(engine, personId, staying), rows, ...why };
}

/** Returns who the rows that stay are of. */
async function keepOwnRow(
  engine: Engine,
  personId: string,
  staying: readonly PersonRow[],
): Promise<string> {
  const heir = heirOf(personId, staying);
  if (heir === null || heir.personId === personId) return personId;
  await engine.store.promotePart(personId, heir.personId);
  await reindex(engine, staying, heir.personId);
  return heir.personId;
}

async function templateIdsOf(
  engine: Engine,
  rows: readonly PersonRow[],
): Promise<readonly string[]> {
  const lists = await Promise.all(
    rows.map(({ personId }) => engine.store.listTemplatesOf(personId)),
  );
  return lists.flat().map(({ templateId }) => templateId);
}

/** Returns the galleries that they were in. */
async function removeFromIndex(
  engine: Engine,
  { rows }: RowsToErase,
  templateIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const galleries = new Set([rosterId, ...rows.flatMap(({ galleryIds }) => galleryIds)]);
  const removals = [...galleries].map((galleryId) =>
    engine.index.removeTemplates(galleryId, templateIds),
  );
  await Promise.all(removals);
  return galleries;
}

/** A receipt that whoever has the server's public key can check, also years later. */
function receiptOf(
  engine: Engine,
  { personId, rows, cause }: RowsToErase,
  templates: number,
): Erasure {
  const erasureId = newId();
  const erasedAtMs = engine.clock.nowMs();
  const rowIds = rows.map((row) => row.personId);
  const galleryIds = [...new Set(rows.flatMap((row) => row.galleryIds))];
  const receipt = canonicalJson({
    type: "cordon.erasure-receipt",
    v: 1,
    erasureId,
    instanceId: engine.instanceId,
    personId,
    rowIds,
    galleryIds,
    cause,
    templates,
    erasedAt: new Date(erasedAtMs).toISOString(),
    erased: "templates, data keys, identifying fields, gallery memberships",
  });
  const { signer } = engine.vault;
  const signature = signer.sign(Buffer.from(receipt, "utf8"));
  const { publicKey } = signer;
  return {
    erasureId,
    personId,
    rowIds,
    cause,
    templates,
    erasedAtMs,
    receipt,
    signature,
    publicKey,
  };
}

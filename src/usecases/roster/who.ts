import type { Erasure } from "../../store/erasure-records.js";
import type { PersonRow } from "../../store/person-records.js";
import type { Engine } from "../engine.js";

/** Who a row is of: the id that the person is counted, found and shown by. */
export function headOf({ personId, mergedInto }: Pick<PersonRow, "personId" | "mergedInto">) {
  return mergedInto ?? personId;
}

/** Steps from one id to the next that are followed: more than a person can have rows. */
const STEPS_MAX = 1_000;

/**
 * The person's own row, by the id of any row that is or was theirs: of one that was merged, and of
 * one that expired while another of theirs stayed. Null for nobody, and when nothing is left.
 */
export async function ownRow(
  { store }: Pick<Engine, "store">,
  personId: string,
): Promise<PersonRow | null> {
  let id = personId;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const row = await store.getPerson(id);
    if (row !== null) return row.mergedInto === null ? row : store.getPerson(row.mergedInto);
    const erasure = await store.getErasure(id);
    if (erasure === null || erasure.personId === id) return null;
    id = erasure.personId;
  }
  return null;
}

/** Whether a row is past its retention deadline (Art. 8): gone for callers, swept or not. */
export function isDue(
  { retentionDeadlineMs }: Pick<PersonRow, "retentionDeadlineMs">,
  nowMs: number,
) {
  return retentionDeadlineMs <= nowMs;
}

/** Of the rows of a person that stay: the own one, or else the one that takes its place. */
export function heirOf(personId: string, staying: readonly PersonRow[]): PersonRow | null {
  const own = staying.find((row) => row.personId === personId);
  if (own !== undefined) return own;
  return staying.toSorted((a, b) => b.retentionDeadlineMs - a.retentionDeadlineMs)[0] ?? null;
}

/**
 * The rows of a person as the sweeper will leave them: those within their deadline, the person's
 * own first, or what will be that. Empty when nobody is left.
 *
 * @param own the person's own row of now
 */
export async function keptParts(
  { store, clock }: Pick<Engine, "store" | "clock">,
  own: Pick<PersonRow, "personId">,
): Promise<readonly PersonRow[]> {
  const nowMs = clock.nowMs();
  const parts = (await store.listParts(own.personId)).filter((row) => !isDue(row, nowMs));
  const heir = heirOf(own.personId, parts);
  return heir === null ? [] : [heir, ...parts.filter((row) => row !== heir)];
}

/** The erasure after which nothing was left of a person, by the id of any row that was theirs. */
export async function lastErasure(
  { store }: Pick<Engine, "store">,
  personId: string,
): Promise<Erasure | null> {
  let last: Erasure | null = null;
  let id = personId;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const erasure = await store.getErasure(id);
    if (erasure === null) return last;
    last = erasure;
    if (erasure.personId === id) return last;
    id = erasure.personId;
  }
  return last;
}

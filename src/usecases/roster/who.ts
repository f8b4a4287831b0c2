import type { Erasure, PersonRow } from "../../store/records.js";
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

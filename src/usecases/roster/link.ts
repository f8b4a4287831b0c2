import type { Merge } from "../../store/decision-records.js";
import type { PersonRow } from "../../store/person-records.js";
import type { Engine } from "../engine.js";
import { everyItem } from "../load.js";

/** The merge that came with an enrolment itself; null for one that was not linked. */
export async function linkOf(
  { store }: Pick<Engine, "store">,
  row: PersonRow,
): Promise<Merge | null> {
  const merges = everyItem((page) => store.listMerges(row.personId, page));
  for await (const merge of merges) if (isLink(merge, row)) return merge;
  return null;
}

/** A merge that came with the enrolment itself, and is on record with it. */
function isLink(
  merge: Merge,
  { personId, createdAtMs }: Pick<PersonRow, "personId" | "createdAtMs">,
): boolean {
  return merge.duplicatePersonId === personId && merge.mergedAtMs === createdAtMs;
}

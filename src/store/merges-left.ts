import type { Merge } from "./decision-records.js";

/**
 * What is left of merges when rows go. A merge stays for as long as there are two sides that it
 * joined, so that it can be undone: where the row that others were merged into goes, the oldest of
 * those others takes its place, or the one with the row that the person is known by from then on,
 * and the merge that had joined that one is the one that ends.
 *
 * @param merges all that name or moved a row that goes, oldest first
 * @param ownRows by a row that goes, the own row of its person
 */
export function mergesLeft(
  merges: readonly Merge[],
  gone: readonly string[],
  ownRows: ReadonlyMap<string, string>,
): readonly Merge[] {
  const isGone = new Set(gone);
  let left: readonly Merge[] = merges
    .map((merge) => ({ ...merge, movedIds: merge.movedIds.filter((id) => !isGone.has(id)) }))
    .filter(({ movedIds, personId, undoneAtMs }) => {
      return movedIds.length > 0 && (undoneAtMs === null || !isGone.has(personId));
    });
  // One after another: who takes one's place may go, too, and is then replaced in its turn.
  for (const id of gone) {
    if (left.length === 0) break;
    left = withoutRow(left, id, ownRows.get(id));
  }
  return left;
}

function withoutRow(merges: readonly Merge[], id: string, ownRow: string | undefined) {
  const into = merges.filter((merge) => merge.personId === id);
  const ends = into.find(({ movedIds }) => movedIds.includes(ownRow ?? "")) ?? into[0];
  const heir = ends?.duplicatePersonId;
  return merges
    .filter((merge) => merge !== ends)
    .map((merge) => {
      const { personId, duplicatePersonId, movedIds, undoneAtMs } = merge;
      const oldest = movedIds[0] ?? duplicatePersonId;
      const head = undoneAtMs === null ? (heir ?? oldest) : oldest;
      return {
        ...merge,
        personId: personId === id ? (heir ?? personId) : personId,
        duplicatePersonId: duplicatePersonId === id ? head : duplicatePersonId,
      };
    })
    .filter(({ personId, movedIds }) => !movedIds.includes(personId));
}

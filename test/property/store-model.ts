import type { Merge } from "../../src/store/decision-records.js";
import type { PersonRow } from "../../src/store/person-records.js";
import type { InsertOutcome, NewPerson } from "../../src/store/store.js";

/** What the store holds about persons, as plainly as it can be said. */
export interface Model {
  insert(one: NewPerson): InsertOutcome;
  merge(merge: Merge): void;
  undo(mergeId: string, undoneAtMs: number): Merge | null;
  promote(personId: string, partId: string): boolean;
  remove(rowIds: readonly string[], as: "erased" | "discarded"): void;
  /** Ids of the rows whose key was older. */
  rotate(): readonly string[];
  /** In the order of insertion, as every list of ids here. */
  rowIds(): readonly string[];
  persons(galleryId?: string): readonly string[];
  mergedIds(): readonly string[];
  /** The own row first. */
  partsOf(personId: string): readonly string[];
  row(rowId: string): PersonRow | undefined;
  templates(): ReadonlyMap<string, number>;
  count(galleryId: string): { readonly persons: number; readonly templates: number };
  /** Sorted. */
  due(nowMs: number): readonly string[];
  requests(): ReadonlyMap<string, { readonly personId: string; readonly erased: boolean }>;
  mergeIds(): readonly string[];
  getMerge(mergeId: string): Merge | undefined;
  erasedIds(): readonly string[];
}

interface Row {
  person: PersonRow;
  readonly templates: number;
}

export function createModel(galleries: ReadonlySet<string>): Model {
  const rows = new Map<string, Row>();
  const merges = new Map<string, Merge>();
  const requests = new Map<string, { personId: string; erased: boolean }>();
  const erased: string[] = [];

  const rootOf = (rowId: string) => rows.get(rowId)?.person.mergedInto ?? rowId;
  const membersOf = (rootId: string) => [...rows.keys()].filter((id) => rootOf(id) === rootId);
  const group = (rootId: string, ids: readonly string[]) => {
    for (const id of ids) {
      const row = rows.get(id);
      if (row !== undefined) {
        row.person = { ...row.person, mergedInto: id === rootId ? null : rootId };
      }
    }
  };
  const headOf = (ids: readonly string[], ...wanted: string[]) =>
    wanted.find((id) => ids.includes(id)) ?? ids[0] ?? "";

  const insert = ({ person, templates, merge }: NewPerson): InsertOutcome => {
    const absent = person.galleryIds.find((id) => !galleries.has(id));
    if (absent !== undefined) return { kind: "gallery-absent", galleryId: absent };
    const { mergedInto, requestKey } = person;
    if (mergedInto !== null && rows.get(mergedInto)?.person.mergedInto !== null) {
      return { kind: "root-absent" };
    }
    const hex = requestKey === null ? null : Buffer.from(requestKey).toString("hex");
    if (hex !== null && requests.has(hex)) return { kind: "request-taken" };
    if (hex !== null) requests.set(hex, { personId: person.personId, erased: false });
    const galleryIds = [...person.galleryIds].sort();
    rows.set(person.personId, { person: { ...person, galleryIds }, templates: templates.length });
    if (merge !== null) merges.set(merge.mergeId, merge);
    return { kind: "inserted" };
  };

  const undo = (mergeId: string, undoneAtMs: number): Merge | null => {
    const merge = merges.get(mergeId);
    if (merge === undefined || merge.undoneAtMs !== null) return merge ?? null;
    const rootId = rootOf(merge.personId);
    const members = membersOf(rootId);
    const moved = members.filter((id) => merge.movedIds.includes(id));
    const others = members.filter((id) => !merge.movedIds.includes(id));
    if (moved.length > 0 && others.length > 0) {
      // The oldest of a side comes after the own row, which comes first.
      const byAge = (ids: string[]) => [...ids.filter((id) => id === rootId), ...ids];
      group(headOf(byAge(moved), merge.duplicatePersonId), moved);
      group(headOf(byAge(others), rootId, merge.personId), others);
    }
    const undone = { ...merge, undoneAtMs };
    merges.set(mergeId, undone);
    return undone;
  };

  const remove = (rowIds: readonly string[], as: "erased" | "discarded"): void => {
    for (const rowId of rowIds) {
      rows.delete(rowId);
      if (as === "erased") erased.push(rowId);
    }
    for (const [hex, request] of requests) {
      if (!rowIds.includes(request.personId)) continue;
      if (as === "erased") request.erased = true;
      else requests.delete(hex);
    }
    for (const [mergeId, merge] of merges) {
      const movedIds = merge.movedIds.filter((id) => !rowIds.includes(id));
      if (rowIds.includes(merge.personId) || movedIds.length === 0) merges.delete(mergeId);
      else merges.set(mergeId, { ...merge, movedIds });
    }
  };

  return {
    insert,
    undo,
    remove,
    merge(merge) {
      merges.set(merge.mergeId, merge);
      group(merge.personId, [...membersOf(merge.personId), ...merge.movedIds]);
    },
    promote(personId, partId) {
      if (rows.get(partId)?.person.mergedInto !== personId) return false;
      group(partId, membersOf(personId));
      return true;
    },
    rotate() {
      const old = [...rows.values()].filter(({ person }) => person.keyVersion < 2);
      for (const row of old) row.person = { ...row.person, keyVersion: 2 };
      return old.map(({ person }) => person.personId).sort();
    },
    rowIds: () => [...rows.keys()],
    persons: (galleryId) =>
      [...rows.keys()].filter((id) => {
        if (rootOf(id) !== id) return false;
        if (galleryId === undefined) return true;
        return membersOf(id).some((part) => rows.get(part)?.person.galleryIds.includes(galleryId));
      }),
    mergedIds: () => [...rows.keys()].filter((id) => rootOf(id) !== id),
    partsOf: (personId) => [personId, ...membersOf(personId).filter((id) => id !== personId)],
    row: (rowId) => rows.get(rowId)?.person,
    templates: () => new Map([...rows].map(([id, { templates }]) => [id, templates])),
    count(galleryId) {
      const members = [...rows.values()].filter(({ person }) =>
        person.galleryIds.includes(galleryId),
      );
      const persons = new Set(members.map(({ person }) => rootOf(person.personId))).size;
      return { persons, templates: members.reduce((sum, { templates }) => sum + templates, 0) };
    },
    due: (nowMs) =>
      [...rows.values()]
        .filter(({ person }) => person.retentionDeadlineMs <= nowMs)
        .map(({ person }) => person.personId)
        .sort(),
    requests: () => requests,
    mergeIds: () => [...merges.keys()],
    getMerge: (mergeId) => merges.get(mergeId),
    erasedIds: () => erased,
  };
}

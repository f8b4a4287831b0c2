import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import type { NewPerson, Store } from "../../src/store/store.js";
import {
  aMerge,
  aNew,
  anErasure,
  aPerson,
  readAll,
  T0,
  withGalleries,
} from "../contract/store-person-records.js";
import { inDirectory } from "../store/in-directory.js";
import { createModel, type Model } from "./store-model.js";

/** "absent" is none of the store's. */
const galleries = ["a", "b", "absent"] as const;

/** One act; the numbers choose among what there is at that moment. */
type Act =
  | { readonly do: "insert"; readonly rows: readonly RowChoice[] }
  | { readonly do: "erase" | "erasePart" | "discard"; readonly who: number }
  | { readonly do: "undo"; readonly who: number }
  | { readonly do: "merge" | "promote"; readonly who: number; readonly other: number }
  | { readonly do: "rotate" | "reopen" };
interface RowChoice {
  readonly galleryIds: readonly string[];
  readonly request: number | null;
  readonly into: number | null;
  readonly templates: number;
  readonly due: number;
}

const nat = fc.nat({ max: 1_000 });
const row: fc.Arbitrary<RowChoice> = fc.record({
  galleryIds: fc.oneof(
    { weight: 9, arbitrary: fc.subarray(["a", "b"]) },
    { weight: 1, arbitrary: fc.subarray([...galleries]) },
  ),
  request: fc.option(fc.nat({ max: 12 })),
  into: fc.option(nat),
  templates: fc.integer({ min: 1, max: 3 }),
  due: fc.integer({ min: -2, max: 2 }),
});
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("insert" as const), rows: fc.array(row) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "erase" as const,
        "erasePart" as const,
        "discard" as const,
        "undo" as const,
      ),
      who: nat,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("merge" as const, "promote" as const),
      who: nat,
      other: nat,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("rotate" as const, "reopen" as const) }),
  },
);

function pick<T>(list: readonly T[], at: number): T | undefined {
  return list[at % Math.max(list.length, 1)];
}

function newRow(model: Model, choice: RowChoice): NewPerson {
  const known = [...model.rowIds(), "nobody"];
  return aNew(
    aPerson(choice.galleryIds, {
      mergedInto: choice.into === null ? null : (pick(known, choice.into) ?? null),
      requestKey: choice.request === null ? null : new Uint8Array(32).fill(choice.request),
      retentionDeadlineMs: T0 + choice.due,
    }),
    choice.templates,
  );
}

/** Does one act in the store and in the model; what it answers must be the same. */
async function perform(store: Store, model: Model, one: Act): Promise<void> {
  if (one.do === "insert") {
    const rows = one.rows.map((choice) => newRow(model, choice));
    expect(await store.insertPersons(rows)).toEqual(rows.map((each) => model.insert(each)));
  } else if (one.do === "rotate") {
    const old = await store.listKeysBelow(2, 1_000);
    expect(old.map(({ personId }) => personId).sort()).toEqual(model.rotate());
    await store.replaceKeys(old.map((key) => ({ ...key, keyVersion: 2 })));
  } else if (one.do === "merge") {
    const [into, duplicate] = [pick(model.persons(), one.who), pick(model.persons(), one.other)];
    if (into === undefined || duplicate === undefined || into === duplicate) return;
    const merge = aMerge(into, model.partsOf(duplicate));
    await store.putMerge(merge);
    model.merge(merge);
  } else if (one.do === "promote") {
    const personId = pick(model.persons(), one.who) ?? "nobody";
    const partId = pick(model.rowIds(), one.other) ?? "nobody";
    expect(await store.promotePart(personId, partId)).toBe(model.promote(personId, partId));
  } else if (one.do === "undo") {
    const mergeId = pick(model.mergeIds(), one.who);
    if (mergeId === undefined) return;
    expect(await store.undoMerge(mergeId, T0)).toEqual(model.undo(mergeId, T0));
  } else if (one.do === "erase" || one.do === "erasePart" || one.do === "discard") {
    await remove(store, model, one.do, one.who);
  }
}

async function remove(
  store: Store,
  model: Model,
  how: "erase" | "erasePart" | "discard",
  who: number,
): Promise<void> {
  const rows = how === "erasePart" ? model.mergedIds() : model.persons();
  const chosen = pick(rows, who);
  if (chosen === undefined) return;
  const ids = how === "erasePart" ? [chosen] : model.partsOf(chosen);
  if (how === "discard") await store.discardPersons(ids);
  else await store.erasePersons([anErasure(ids)]);
  model.remove(ids, how === "discard" ? "discarded" : "erased");
}

/** Everything that the store tells is what the model tells. */
async function compare(store: Store, model: Model): Promise<void> {
  const ids = (galleryId: string | null) =>
    readAll(3, (page) => store.listPersons(galleryId, page)).then((found) =>
      found.map(({ personId }) => personId),
    );
  expect(await ids(null)).toEqual(model.persons());
  for (const galleryId of galleries) expect(await ids(galleryId)).toEqual(model.persons(galleryId));
  expect(await store.countPersons()).toBe(model.persons().length);
  for (const galleryId of ["a", "b"]) {
    expect((await store.countByGallery()).get(galleryId)).toEqual(model.count(galleryId));
  }
  for (const personId of model.persons()) {
    const parts = await store.listParts(personId);
    expect(parts.map((part) => part.personId)).toEqual(model.partsOf(personId));
    expect(parts).toEqual(model.partsOf(personId).map((rowId) => model.row(rowId)));
  }
  expect(await store.countTemplates(model.rowIds())).toEqual(model.templates());
  const due = await store.listExpired(T0, 1_000);
  expect(due.map(({ personId }) => personId).sort()).toEqual(model.due(T0));
  const requests = Array.from({ length: 13 }, (_, at) => new Uint8Array(32).fill(at));
  expect(await store.findRequests(requests)).toEqual(model.requests());
  for (const mergeId of model.mergeIds()) {
    expect(await store.getMerge(mergeId)).toEqual(model.getMerge(mergeId));
  }
  const merges = await readAll(4, (page) => store.listMerges(null, page));
  expect(merges).toHaveLength(model.mergeIds().length);
  const scanned: string[] = [];
  for await (const batch of store.scanTemplates(5)) {
    scanned.push(...batch.map(({ person }) => person.personId));
  }
  expect([...new Set(scanned)]).toEqual(model.rowIds());
  for (const rowId of model.erasedIds()) {
    expect((await store.getErasure(rowId))?.rowIds).toContain(rowId);
  }
}

test("whatever is done in whatever order, the store tells what a simple model tells", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
      await inDirectory(async (directory) => {
        const options = { path: join(directory, "cordon.db"), checkPages: false };
        let store = await openSqliteStore(options);
        try {
          await withGalleries(store, "a", "b");
          const model = createModel(new Set(["a", "b"]));
          for (const one of acts) {
            await perform(store, model, one);
            if (one.do !== "reopen") continue;
            await store.close();
            store = await openSqliteStore(options);
          }
          await compare(store, model);
        } finally {
          await store.close();
        }
      });
    }),
    { numRuns: 25 },
  );
});

import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { OpenHome } from "./store.js";
import { aMark, aMerge, aNew, aPerson, enrol } from "./store-person-records.js";

/** Key versions, what is known of the database as a whole, and back-ups. */
export function upkeepContract(home: OpenHome): void {
  describe("key versions", () => keys(home));
  describe("the database as a whole", () => whole(home));
  describe("the position of an index", () => position(home));
  describe("back-ups", () => backups(home));
}

function keys(home: OpenHome): void {
  test("keys are counted by version, listed below one, and replaced", async () => {
    const store = home.store();
    const rows = [1, 1, 2, 3].map((keyVersion) => aPerson([], { keyVersion }));
    await store.insertPersons(rows.map((row) => aNew(row)));
    expect(await store.countByKeyVersion()).toEqual(
      new Map([
        [1, 2],
        [2, 1],
        [3, 1],
      ]),
    );
    const below = await store.listKeysBelow(3, 10);
    const old = rows.slice(0, 3).map(({ personId, wrappedKey }) => ({ personId, wrappedKey }));
    const byId = (x: { personId: string }, y: { personId: string }) =>
      x.personId < y.personId ? -1 : 1;
    expect(below.toSorted(byId)).toEqual(old.toSorted(byId));
    expect(await store.listKeysBelow(3, 2)).toHaveLength(2);
    const wrappedKey = new Uint8Array(73).fill(9);
    const keyVersion = 3;
    const replaced = below.map(({ personId }) => ({ personId, wrappedKey, keyVersion }));
    const gone = { personId: "gone", wrappedKey, keyVersion };
    expect(await store.replaceKeys([...replaced, gone])).toBe(3);
    const again = await home.reopen();
    expect(await again.listKeysBelow(3, 10)).toEqual([]);
    expect(await again.countByKeyVersion()).toEqual(new Map([[3, 4]]));
    const [first] = rows;
    if (first === undefined) throw new Error("no rows");
    expect(await again.getPerson(first.personId)).toEqual({ ...first, wrappedKey, keyVersion });
    expect(await again.replaceKeys([])).toBe(0);
  });

  test("a key that is none is refused, and no other of the call is replaced", async () => {
    const person = await enrol(home.store(), aPerson([]));
    const good = { personId: person.personId, wrappedKey: new Uint8Array(73), keyVersion: 2 };
    for (const bad of [
      { ...good, wrappedKey: new Uint8Array(0) },
      { ...good, keyVersion: 2 ** 32 },
    ]) {
      const refused = { code: "RECORD_INVALID" };
      await expect(home.store().replaceKeys([good, bad])).rejects.toMatchObject(refused);
    }
    expect(await home.store().getPerson(person.personId)).toEqual(person);
  });
}

function whole(home: OpenHome): void {
  test("the instance id is random, and stays", async () => {
    const instanceId = await home.store().getInstanceId();
    expect(instanceId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(await (await home.reopen()).getInstanceId()).toBe(instanceId);
  });

  test("the mark is absent at first, then the one last put", async () => {
    expect(await home.store().getMark()).toBeNull();
    await home.store().putMark(aMark());
    await home.store().putMark(aMark({ auditSeq: 8, erasureSeq: 2 }));
    expect(await (await home.reopen()).getMark()).toEqual(aMark({ auditSeq: 8, erasureSeq: 2 }));
    for (const bad of [aMark({ auditSeq: -1 }), aMark({ auditHash: "x" })]) {
      const refused = { code: "RECORD_INVALID" };
      await expect(home.store().putMark(bad)).rejects.toMatchObject(refused);
    }
  });

  test("the newest seqs of an empty store are 0", async () => {
    expect(await home.store().newestSeqs()).toEqual({ templateSeq: 0, erasureSeq: 0 });
  });
}

function position(home: OpenHome): void {
  test("is the newest template, and stays when the store is opened again", async () => {
    const store = home.store();
    const empty = await store.position();
    expect(empty).toMatchObject({ templateSeq: 0, templateId: "" });
    const person = aPerson([]);
    await enrol(store, person);
    const [template] = await store.listTemplatesOf(person.personId);
    const { templateSeq } = await store.newestSeqs();
    const after = await store.position();
    expect(after).toEqual({ ...empty, templateSeq, templateId: template?.templateId });
    expect(await store.templateIdAt(templateSeq)).toBe(template?.templateId);
    expect(await store.templateIdAt(templateSeq + 1)).toBeNull();
    expect(await (await home.reopen()).position()).toEqual(after);
  });

  test("has another token after whatever the newest templates do not show", async () => {
    const store = home.store();
    const [one, two, three] = [aPerson([]), aPerson([]), aPerson([])];
    for (const person of [one, two, three]) await enrol(store, person);
    const tokens = [(await store.position()).token];
    const note = async (change: Promise<unknown>) => {
      await change;
      tokens.push((await store.position()).token);
    };
    const merge = aMerge(one.personId, [two.personId]);
    await note(store.putMerge(merge));
    await note(store.promotePart(one.personId, two.personId));
    await note(store.discardPersons([three.personId]));
    expect(new Set(tokens).size).toBe(tokens.length);
    // A rotation of keys is none of an index's business.
    const { token } = await store.position();
    const key = { wrappedKey: new Uint8Array(73).fill(9), keyVersion: 2 };
    await store.replaceKeys([{ personId: one.personId, ...key }]);
    expect((await store.position()).token).toBe(token);
  });

  test("a scan can begin behind a template", async () => {
    const store = home.store();
    await enrol(store, aPerson([]));
    const { templateSeq } = await store.position();
    const late = aPerson([]);
    await enrol(store, late);
    const found: string[] = [];
    for await (const batch of store.scanTemplates(10, templateSeq)) {
      found.push(...batch.map(({ person }) => person.personId));
    }
    expect([...new Set(found)]).toEqual([late.personId]);
  });
}

function backups(home: OpenHome): void {
  test("a back-up is one file of mode 0600, and does not replace another", async () => {
    const directory = await mkdtemp(join(tmpdir(), "cordon-backup-"));
    const path = join(directory, "copy.db");
    await enrol(home.store(), aPerson([]));
    await home.store().backup(path);
    expect(await readdir(directory)).toEqual(["copy.db"]);
    const before = await stat(path);
    expect(before.mode & 0o777).toBe(0o600);
    const other = join(directory, "other.db");
    await writeFile(other, "kept");
    const unusable = { code: "UNUSABLE_PATH" };
    for (const bad of [path, other, join(directory, "absent", "copy.db"), directory]) {
      await expect(home.store().backup(bad)).rejects.toMatchObject(unusable);
    }
    expect((await stat(path)).size).toBe(before.size);
    expect((await readdir(directory)).sort()).toEqual(["copy.db", "other.db"]);
    await rm(directory, { recursive: true });
  });
}

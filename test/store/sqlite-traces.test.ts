import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import { aGallery, aPerson, aTemplate } from "../contract/store-records.js";

test("a deletion leaves no bytes of key, details or template in any file", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cordon-store-"));
  const store = await openSqliteStore({ path: join(directory, "cordon.db") });
  await store.insertGallery(aGallery("g"));
  const persons = Array.from({ length: 40 }, () => aPerson(["g"]));
  const templates = persons.map((person) => aTemplate(person.personId));
  for (const [at, person] of persons.entries()) {
    await store.insertPerson(person, templates.slice(at, at + 1));
  }
  const traces = persons.flatMap((person, at) => {
    const sealed = templates[at]?.sealed ?? person.wrappedKey;
    // The middle as well as the whole: a page may hold a part.
    return [person.wrappedKey, person.sealedDetails, sealed, sealed.subarray(300, 332)];
  });
  expect(await countTraces(directory, traces)).toBe(traces.length);
  await Promise.all(persons.slice(0, 20).map((person) => store.deletePerson(person.personId)));
  expect(await countTraces(directory, traces.slice(0, 20 * 4))).toBe(0);
  expect(await countTraces(directory, traces)).toBe(20 * 4);
  await store.close();
  expect(await countTraces(directory, traces.slice(0, 20 * 4))).toBe(0);
  await rm(directory, { recursive: true });
});

async function countTraces(directory: string, traces: readonly Uint8Array[]): Promise<number> {
  // Not the lock: closing a second descriptor of it would give the lock away.
  const names = (await readdir(directory)).filter((name) => name !== "cordon.lock");
  const files = await Promise.all(names.map((name) => readFile(join(directory, name))));
  return traces.filter((trace) => files.some((file) => file.includes(Buffer.from(trace)))).length;
}

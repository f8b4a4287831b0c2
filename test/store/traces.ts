import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { NewPerson } from "../../src/store/store.js";

/** Bytes that must not be left of a row: whole, and from the middle, for a page may hold a part. */
export function tracesOf({ person, templates }: NewPerson): readonly Uint8Array[] {
  const sealed = templates.map((template) => template.sealed);
  return [
    person.wrappedKey,
    person.sealedDetails,
    ...(person.requestKey === null ? [] : [person.requestKey]),
    ...sealed,
    ...sealed.map((bytes) => bytes.subarray(bytes.length >> 1, (bytes.length >> 1) + 24)),
  ];
}

/** How often each of these stands in the files of a directory. */
export async function countTraces(
  directory: string,
  traces: readonly Uint8Array[],
): Promise<number> {
  // Not the lock: closing a second descriptor of it would give the lock away.
  const names = (await readdir(directory)).filter((name) => name !== "cordon.lock");
  const files = await Promise.all(names.map((name) => readFile(join(directory, name))));
  return traces.reduce((sum, trace) => sum + countIn(files, Buffer.from(trace)), 0);
}

function countIn(files: readonly Buffer[], trace: Buffer): number {
  let count = 0;
  for (const file of files) {
    for (let at = file.indexOf(trace); at >= 0; at = file.indexOf(trace, at + 1)) count += 1;
  }
  return count;
}

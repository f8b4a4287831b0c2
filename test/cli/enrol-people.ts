import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const made: string[] = [];

/**
 * A folder of people.
 *
 * @param files what stands in which file, by its path
 */
export function makePeople(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "cordon-people-"));
  made.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** Persons `p-00`, `p-01` and so on, with one good picture each. */
export function makeCrowd(count: number): string {
  const names = Array.from({ length: count }, (_, n) => `p-${`${n}`.padStart(2, "0")}`);
  return makePeople(Object.fromEntries(names.map((name) => [`${name}/1.jpg`, "good"])));
}

export function removePeople(): void {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
}

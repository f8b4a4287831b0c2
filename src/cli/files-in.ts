import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Names of the files of a folder, and of links to files, in order. @throws as `readdirSync` does */
export function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true)
    .sort();
}

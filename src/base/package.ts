import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the installed package, whether the code runs from `src/` or from `dist/src/`. */
export const packageDir = findPackageDir(dirname(fileURLToPath(import.meta.url)));

/** Version of this package. */
export const version = readVersion();

function findPackageDir(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("there is no package.json above the program");
  return findPackageDir(parent);
}

function readVersion(): string {
  const text = readFileSync(join(packageDir, "package.json"), "utf8");
  return String((JSON.parse(text) as { version?: unknown }).version ?? "unknown");
}

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The pack that runs when no other is named. */
export const defaultPack = "faceplugin-160";

/**
 * `models/` of this program: beside the nearest package.json above this module, whether it runs
 * from sources, from `dist/` or as an installed package.
 */
export function defaultModelsDir(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("Cordon's package.json is not above its program");
    folder = parent;
  }
  return join(folder, "models");
}

import { join } from "node:path";
import { packageDir } from "../../base/package.js";

/** The pack that runs when no other is named. */
export const defaultPack = "faceplugin-160";

/** `models/` of this program, whether it runs from sources, from `dist/` or as a package. */
export function defaultModelsDir(): string {
  return join(packageDir, "models");
}

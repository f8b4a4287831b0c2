import type { Engine } from "../../usecases/engine.js";
import type { ServerFacts } from "../../usecases/server-info.js";
import type { Named } from "../method.js";

/** KeyService and BackupService: for those who run the machine. */
export function adminMethods(_engine: Engine, _facts: ServerFacts): readonly Named[] {
  return [];
}

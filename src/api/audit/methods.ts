import type { Engine } from "../../usecases/engine.js";
import type { Named } from "../method.js";

/** AuditService: what happened, for those who inspect it. */
export function auditMethods(_engine: Engine): readonly Named[] {
  return [];
}

import type { AuditVerification } from "../../audit/audit.js";
import type { Engine } from "../engine.js";

/** What the last check of the whole audit said. */
export interface AuditCheck {
  readonly intact: boolean;
  readonly atMs: number;
  /** Of an intact one; 0 else. */
  readonly records: number;
  readonly checkpoints: number;
}

/** Checks the whole audit, and keeps what that said at hand, for the dossier. */
export async function checkAudit(
  engine: Pick<Engine, "audit" | "clock" | "filing">,
  signal: AbortSignal,
): Promise<AuditCheck> {
  const atMs = engine.clock.nowMs();
  return noteCheck(engine, await engine.audit.verify(signal), atMs);
}

/** Keeps what somebody's check said. */
export function noteCheck(
  { filing }: Pick<Engine, "filing">,
  result: AuditVerification,
  atMs: number,
): AuditCheck {
  const { ok: intact } = result;
  const counts = intact ? result : { records: 0, checkpoints: 0 };
  const { records, checkpoints } = counts;
  const check = { intact, atMs, records, checkpoints };
  filing.book.auditCheck = check;
  return check;
}

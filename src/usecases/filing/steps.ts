import type { Caller } from "../../access/access.js";
import { CordonError } from "../../base/errors.js";
import type { FilingStatus } from "../../filing/filing.js";
import { checkStep, type FilingStep } from "../../filing/steps.js";
import type { FilingEvent } from "../../store/filing-records.js";
import { actorOf, type Engine } from "../engine.js";
import { fieldsError } from "../validated.js";
import { appendEvent } from "./events.js";
import { detectChangeAlone, snapshotNow } from "./material-change.js";
import { currentStatus } from "./status.js";

/** A step as a caller tells it; `atMs` null for now. */
export interface StepRequest extends Omit<FilingStep, "atMs"> {
  readonly atMs: number | null;
}

/**
 * Records what was done about the filing. What is handed in is fingerprinted as the records have
 * it now, so that the server sees what changes afterwards.
 *
 * @throws CordonError INVALID_ARGUMENT, or FAILED_PRECONDITION FILING_STEP_INVALID
 */
export function recordFilingStep(
  engine: Engine,
  request: StepRequest,
  caller: Caller,
): Promise<FilingStatus> {
  return engine.exclusive(async () => {
    const { clock, filing } = engine;
    const nowMs = clock.nowMs();
    const step: FilingStep = { ...request, atMs: request.atMs ?? nowMs };
    const check = checkStep(step, filing.book.events, nowMs);
    if (!check.ok && check.reason === "FIELD_INVALID") throw fieldsError(check.fields);
    if (!check.ok) {
      const { reason, message } = check;
      throw new CordonError({ status: "FAILED_PRECONDITION", reason, message });
    }
    // What changed before is on record before what answers it.
    await detectChangeAlone(engine);
    const { kind, atMs, number, note } = step;
    await appendEvent(engine, await eventOf(engine, step, caller.name), {
      act: kind === "USE_ENDED" ? "filing.end-of-use" : "filing.step",
      actor: actorOf(caller),
      details: { step: kind, atMs, number, note },
    });
    return currentStatus(engine);
  });
}

async function eventOf(engine: Engine, step: FilingStep, actor: string): Promise<FilingEvent> {
  const { kind, atMs, number, note } = step;
  const common = { atMs, actor, note };
  switch (kind) {
    case "SUBMITTED":
    case "CHANGE_SUBMITTED": {
      const snapshot = await snapshotNow(engine);
      engine.filing.book.checkedRevision = engine.facts.revision();
      return { ...common, kind, number, snapshot };
    }
    case "RETURNED":
    case "USE_ENDED":
      return { ...common, kind };
    default:
      return { ...common, kind, number };
  }
}

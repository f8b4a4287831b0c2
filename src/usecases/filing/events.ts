import type { AuditActor, JsonValue } from "../../audit/audit.js";
import { canonicalJson } from "../../audit/canonical.js";
import { CordonError } from "../../base/errors.js";
import type { FilingEvent } from "../../store/filing-records.js";
import type { Engine } from "../engine.js";
import { refreshFiling } from "./status.js";

type Details = Readonly<Record<string, JsonValue>>;

/**
 * Appends an event: the store first, then what the gate and the watchers know, then the audit. For
 * use inside `engine.exclusive`.
 */
export async function appendEvent(
  engine: Engine,
  event: FilingEvent,
  record: { readonly act: string; readonly actor: AuditActor; readonly details: Details },
): Promise<void> {
  const { store, filing, audit } = engine;
  requireRecordable(record.details);
  await store.appendFilingEvent(event);
  filing.book.events = [...filing.book.events, event];
  refreshFiling(engine);
  await audit.append(record);
}

/**
 * What is kept for ever must not be kept without its record: the audit refuses what looks like a
 * template, a run of two hundred letters for instance, and is asked before the store.
 *
 * @throws CordonError INVALID_ARGUMENT FIELD_INVALID
 */
export function requireRecordable(details: Details): void {
  try {
    canonicalJson(details, ["details"]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CordonError({
      status: "INVALID_ARGUMENT",
      reason: "FIELD_INVALID",
      message: `The audit cannot hold this, so it is not kept. ${why}`,
      cause,
    });
  }
}

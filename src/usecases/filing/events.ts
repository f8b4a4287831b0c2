import type { AuditActor, JsonValue } from "../../audit/audit.js";
import type { FilingEvent } from "../../store/filing-records.js";
import { beginChange } from "../begin-change.js";
import type { Engine } from "../engine.js";
import { refreshFiling } from "./status.js";

/**
 * Appends an event: the store first, then what the gate and the watchers know, then the audit. For
 * use inside `engine.exclusive`. Not for the first reaching of the threshold, which has a way of
 * its own (`crossing.ts`).
 *
 * @throws CordonError INVALID_ARGUMENT, before anything is kept, when the audit cannot hold it
 */
export async function appendEvent(
  engine: Engine,
  event: FilingEvent,
  record: {
    readonly act: string;
    readonly actor: AuditActor;
    readonly details: Readonly<Record<string, JsonValue>>;
  },
): Promise<void> {
  const { filing } = engine;
  const change = beginChange(engine, record.actor, record.act, record.details);
  await change.store.appendFilingEvent(event);
  filing.book.events = [...filing.book.events, event];
  refreshFiling(engine);
  await change.record();
}

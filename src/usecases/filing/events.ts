import type { AuditActor, JsonValue } from "../../audit/audit.js";
import type { FilingEvent } from "../../store/filing-records.js";
import type { Engine } from "../engine.js";
import { refreshFiling } from "./status.js";

/**
 * Appends an event: the store first, then what the gate and the watchers know, then the audit. For
 * use inside `engine.exclusive`.
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
  const { store, filing, audit } = engine;
  await store.appendFilingEvent(event);
  filing.book.events = [...filing.book.events, event];
  refreshFiling(engine);
  await audit.append(record);
}

import type { Audit } from "../../audit/audit.js";
import type { FilingEvent } from "../../store/filing-records.js";
import type { Store } from "../../store/store.js";

/** The act under which the audit has the first reaching of the threshold. */
export const REACHED_ACT = "filing.threshold-reached";

export type ReachedEvent = Extract<FilingEvent, { kind: "THRESHOLD_REACHED" }>;

/** The first reaching of the threshold: kept once in the store, and once in the audit. */
export interface Crossing {
  /**
   * Looks whether the threshold is reached with this. Null when there is nothing to record; else
   * resolves when it is on record in store and audit. What could not be written is tried again
   * with the next enrolment.
   */
  check(persons: number, atMs: number): Promise<void> | null;
  /** What a start found, and where it is on record already; records it where it is not. */
  restore(known: {
    readonly event: ReachedEvent;
    readonly stored: boolean;
    readonly audited: boolean;
  }): Promise<void>;
}

/** @param onStored told once the event is in the store */
export function createCrossing(parts: {
  readonly store: Pick<Store, "appendFilingEvent">;
  readonly audit: Pick<Audit, "append">;
  readonly threshold: number;
  readonly onStored: (event: ReachedEvent) => void;
}): Crossing {
  const { store, audit, threshold, onStored } = parts;
  let event: ReachedEvent | null = null;
  let recovered = false;
  let stored = false;
  let audited = false;
  let writing: Promise<void> | null = null;

  async function toStore(reached: ReachedEvent): Promise<void> {
    if (stored) return;
    await store.appendFilingEvent(reached);
    stored = true;
    onStored(reached);
  }

  async function toAudit({ atMs, threshold }: ReachedEvent): Promise<void> {
    if (audited) return;
    const details = { threshold, persons: threshold, atMs, ...(recovered ? { recovered } : {}) };
    const actor = { name: "cordon", role: "server", address: "" };
    await audit.append({ act: REACHED_ACT, actor, details });
    audited = true;
  }

  function write(reached: ReachedEvent): Promise<void> {
    // Both at once, so that the record follows that of the enrolment which it is about.
    writing ??= Promise.allSettled([toAudit(reached), toStore(reached)]).then((both) => {
      writing = null;
      for (const one of both) if (one.status === "rejected") throw one.reason;
    });
    return writing;
  }

  return {
    check(persons, atMs) {
      if (stored && audited) return null;
      if (event === null && persons < threshold) return null;
      event ??= reachedAt(threshold, atMs);
      return write(event);
    },
    async restore(known) {
      ({ event, stored, audited } = known);
      recovered = true;
      if (!stored || !audited) await write(event);
    },
  };
}

export function reachedAt(threshold: number, atMs: number): ReachedEvent {
  return { kind: "THRESHOLD_REACHED", atMs, actor: "cordon", note: "", threshold };
}

import type { Audit } from "../../audit/audit.js";
import type { Clock } from "../../base/clock.js";
import type { Store } from "../../store/store.js";

/**
 * Keeps the mark: how far store and audit are known to agree, so that a start compares only what
 * came later (`usecases/reconcile.ts`).
 */
export interface Marker {
  /** Tells of a change that is stored, and of its record on the way. */
  note(recorded: Promise<unknown>): void;
  /**
   * Marks what was noted so far, once it is all on record, and the newest record whatever it is
   * about: a start notices when records up to it are gone. Runs where nothing is being stored. Does
   * nothing when nothing is new, and for ever after a record could not be written: then the next
   * start finds out what is missing.
   */
  mark(): Promise<void>;
}

export function createMarker(parts: {
  readonly store: Pick<Store, "newestSeqs" | "putMark">;
  readonly audit: Pick<Audit, "head">;
  readonly clock: Clock;
}): Marker {
  const { store, audit, clock } = parts;
  let pending = new Set<Promise<unknown>>();
  let markedSeq = 0;
  let broken = false;
  return {
    note(recorded) {
      pending.add(recorded);
      recorded.then(
        () => pending.delete(recorded),
        () => {
          broken = true;
        },
      );
    },
    async mark() {
      await Promise.allSettled(pending);
      const { seq: auditSeq, hash: auditHash } = audit.head();
      if (broken || auditSeq === markedSeq) return;
      pending = new Set();
      const seqs = await store.newestSeqs();
      await store.putMark({ auditSeq, auditHash, ...seqs, markedAtMs: clock.nowMs() });
      markedSeq = auditSeq;
    },
  };
}

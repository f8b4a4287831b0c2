import { CordonError } from "../../base/errors.js";
import { createExclusive, type Exclusive } from "../../base/exclusive.js";

/** Dossiers that wait, are made and are sent at once: each takes memory until its reader has it. */
export const DOSSIERS_AT_ONCE_MAX = 8;
/** One takes about two seconds. */
const RETRY_AFTER_MS = 10_000;

/** Who asks for a dossier stands in line: they are made one at a time. */
export interface DossierLine {
  /**
   * @returns to be called when the dossier is sent, or given up
   * @throws CordonError RESOURCE_EXHAUSTED QUEUE_FULL
   */
  enter(): () => void;
  /** Each takes a core for seconds. */
  readonly alone: Exclusive;
}

export function createDossierLine(): DossierLine {
  let inside = 0;
  return {
    enter() {
      if (inside >= DOSSIERS_AT_ONCE_MAX) {
        throw new CordonError({
          status: "RESOURCE_EXHAUSTED",
          reason: "QUEUE_FULL",
          message: `${inside} dossiers are under way, which is the most at once. Try again later.`,
          retryAfterMs: RETRY_AFTER_MS,
        });
      }
      inside += 1;
      let left = false;
      return () => {
        if (!left) inside -= 1;
        left = true;
      };
    },
    alone: createExclusive(),
  };
}

import type { CordonClient } from "../../transport/client/client.js";
import type { AnyDocument, Located } from "../documents/kinds.js";
import { nameOf } from "../documents/kinds.js";
import type { Change } from "./change.js";
import type { Current } from "./current.js";

/**
 * When a step runs. What tightens comes first and what opens a zone last, so that no moment of
 * an apply permits what neither the old nor the new records would.
 */
export const Phase = {
  close: 0,
  operator: 1,
  zone: 2,
  remove: 3,
  sign: 4,
  camera: 5,
  gallery: 6,
  authorisation: 7,
  safeguard: 8,
  notice: 9,
  assessment: 10,
  activate: 11,
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** One call, or a few that belong together. */
export interface Step {
  readonly phase: Phase;
  run(client: CordonClient): Promise<unknown>;
}

/** What a document comes to. */
export interface Outcome {
  /** `blocked`: something is in the way, and the whole apply does nothing. */
  readonly action: "create" | "update" | "unchanged" | "blocked" | "remove";
  readonly changes: readonly Change[];
  /** Sentences beside the changes: what is in the way, or what follows. */
  readonly notes: readonly string[];
  readonly steps: readonly Step[];
}

export interface Planned extends Outcome {
  /** For example `sign/plaza/east-1`. */
  readonly name: string;
  /** Where it stands; null for what is pruned. */
  readonly located: Located | null;
}

/** Compares one document with what is there. */
export type Planner<D extends AnyDocument> = (document: D, current: Current) => Promise<Outcome>;

export const unchanged: Outcome = { action: "unchanged", changes: [], notes: [], steps: [] };

export function blocked(why: string, changes: readonly Change[] = []): Outcome {
  return { action: "blocked", changes, notes: [why], steps: [] };
}

/** Create when there is nothing, update when something differs, else unchanged; one step. */
export function createOrUpdate(exists: boolean, changes: readonly Change[], step: Step): Outcome {
  if (exists && changes.length === 0) return unchanged;
  return { action: exists ? "update" : "create", changes, notes: [], steps: [step] };
}

export function planned(located: Located, outcome: Outcome): Planned {
  return { ...outcome, name: nameOf(located.document), located };
}

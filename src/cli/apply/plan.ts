import type { FieldViolation } from "../../base/errors.js";
import type { Validated } from "../../compliance/checks.js";
import type { CordonClient } from "../../transport/client/client.js";
import type { AnyDocument, Located } from "../documents/kinds.js";
import { nameOf } from "../documents/kinds.js";
import type { Change } from "./change.js";
import type { Current } from "./current.js";
import type { Expected } from "./expected.js";

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

/** One call. */
export interface Step {
  readonly phase: Phase;
  /** What it does, as a verb: `create`, `activate`. */
  readonly name: string;
  run(client: CordonClient): Promise<unknown>;
}

/** What a document comes to. */
export interface Outcome {
  /** `blocked`: something is in the way, and the whole apply does nothing. */
  readonly action: "create" | "update" | "unchanged" | "blocked" | "remove";
  readonly changes: readonly Change[];
  /** Sentences beside the changes: what is in the way, or what follows. */
  readonly notes: readonly string[];
  /** Sentences about what else stops to count because of it. */
  readonly warnings: readonly string[];
  readonly steps: readonly Step[];
}

export interface Planned extends Outcome {
  /** For example `sign/plaza/east-1`. */
  readonly name: string;
  /** Where it stands; null for what is pruned. */
  readonly located: Located | null;
}

/**
 * Compares one document with what is there, and what would be sent with the rules by which the
 * server takes it.
 */
export type Planner<D extends AnyDocument> = (
  document: D,
  current: Current,
  expected: Expected,
) => Promise<Outcome>;

const nothing = { changes: [], notes: [], warnings: [], steps: [] } as const;

export const unchanged: Outcome = { ...nothing, action: "unchanged" };

export function blocked(why: string, changes: readonly Change[] = []): Outcome {
  return { ...nothing, action: "blocked", changes, notes: [why] };
}

/** Create when there is nothing, update when something differs or is left to do, else unchanged. */
export function createOrUpdate(
  exists: boolean,
  changes: readonly Change[],
  ...steps: readonly Step[]
): Outcome {
  if (exists && (changes.length === 0 || steps.length === 0)) return unchanged;
  return { ...nothing, action: exists ? "update" : "create", changes, steps };
}

/** What the prune takes away. */
export function removal(name: string, run: Step["run"]): Planned {
  const steps = [{ phase: Phase.remove, name: "remove", run }];
  return { ...nothing, name, located: null, action: "remove", steps };
}

/**
 * The outcome; blocked when it would send what the server refuses, by the server's own validators.
 * What is not sent is not judged: it is on record as it is.
 */
export function judged(outcome: Outcome, ...judgements: readonly Validated<unknown>[]): Outcome {
  const fields = judgements.flatMap((one) => (one.ok ? [] : one.fields));
  if (outcome.steps.length === 0 || fields.length === 0) return outcome;
  return { ...outcome, action: "blocked", notes: fields.map(tell), steps: [] };
}

/** What is said of an id that nothing has. */
export const noZone = "is no zone, neither in these files nor on the server";
export const noGallery = "is no gallery, neither in these files nor on the server";

/** A judgement on one field. */
export function requires(holds: boolean, field: string, description: string): Validated<null> {
  return holds ? { ok: true, record: null } : { ok: false, fields: [{ field, description }] };
}

/** Without the name of the request's own message: `sign.position` is the document's `position`. */
function tell({ field, description }: FieldViolation): string {
  return `${field.replace(/^[a-z_]+\./, "")}: ${description}`;
}

export function planned(located: Located, outcome: Outcome): Planned {
  return { ...outcome, name: nameOf(located.document), located };
}

import type { FieldViolation } from "../base/errors.js";
import type { FilingEvent, FilingEventKind } from "../store/filing-records.js";
import { dayOf } from "./days.js";
import { after, type Course, inOrder, isHandedIn, noCourse } from "./state-course.js";

export const STEP_NUMBER_LENGTH_MAX = 100;
export const STEP_NOTE_LENGTH_MAX = 500;

/** What a person records; the other events the server sees itself. */
export const filingSteps = [
  "SUBMITTED",
  "FILED",
  "RETURNED",
  "CHANGE_SUBMITTED",
  "CHANGE_FILED",
  "USE_ENDED",
  "CANCELLATION_SUBMITTED",
  "CANCELLED",
] as const satisfies readonly FilingEventKind[];
export type FilingStepKind = (typeof filingSteps)[number];

/** A step as a caller tells it, unchecked. */
export interface FilingStep {
  readonly kind: FilingStepKind;
  /** When it happened. */
  readonly atMs: number;
  /** Receipt or filing number; empty when there is none. */
  readonly number: string;
  /** Of USE_ENDED, the reason. */
  readonly note: string;
}

export type StepCheck =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: "FIELD_INVALID";
      readonly message: string;
      readonly fields: readonly FieldViolation[];
    }
  | { readonly ok: false; readonly reason: "FILING_STEP_INVALID"; readonly message: string };

/**
 * Whether a step may be recorded now.
 *
 * It is put among the events by its day, and must fit there: it follows from what came before, and
 * what came later still follows from it. So a filing receipt is refused before the filing was due,
 * as is one dated before the day on which the filing was handed in. Of what happened on one day the
 * order of recording counts.
 *
 * @param events those on record
 * @returns FIELD_INVALID with every wrong field (`step_time`, `number`, `note`; of USE_ENDED
 *   `end_time` and `reason`), or FILING_STEP_INVALID with the reason, in words
 */
export function checkStep(
  step: FilingStep,
  events: readonly FilingEvent[],
  nowMs: number,
): StepCheck {
  const fields = fieldFaults(step, nowMs);
  if (fields.length > 0) {
    const message = fields.map(({ field, description }) => `${field}: ${description}`).join("; ");
    return { ok: false, reason: "FIELD_INVALID", message, fields };
  }
  const problem = orderProblem(step, events);
  if (problem === null) return { ok: true };
  return { ok: false, reason: "FILING_STEP_INVALID", message: problem };
}

const numberRequired: readonly FilingStepKind[] = ["FILED", "CHANGE_FILED"];
const numberless: readonly FilingStepKind[] = ["RETURNED", "USE_ENDED"];
/** Control characters but for line breaks and tabs, and halves of a surrogate pair. */
const unfit = /[^\P{Cc}\n\r\t]|\p{Cs}/u;

function fieldFaults(step: FilingStep, nowMs: number): readonly FieldViolation[] {
  const { kind, atMs, number, note } = step;
  const ended = kind === "USE_ENDED";
  const faults: FieldViolation[] = [];
  const add = (field: string, description: string | null) => {
    if (description !== null) faults.push({ field, description });
  };
  add(ended ? "end_time" : "step_time", timeProblem(atMs, nowMs));
  add("number", numberProblem(kind, number));
  const name = ended ? "reason" : "note";
  if (ended && note.trim() === "") add(name, "is required");
  else add(name, textProblem(note, STEP_NOTE_LENGTH_MAX));
  return faults;
}

function timeProblem(atMs: number, nowMs: number): string | null {
  if (!Number.isFinite(atMs) || atMs < 0) return "must be an instant after the year 1970";
  return atMs > nowMs ? "is in the future" : null;
}

function numberProblem(kind: FilingStepKind, number: string): string | null {
  const blank = number.trim() === "";
  if (numberless.includes(kind) && !blank) return `must be empty: ${kind} has none`;
  if (numberRequired.includes(kind) && blank) return `is required: ${kind} comes with one`;
  return textProblem(number, STEP_NUMBER_LENGTH_MAX);
}

function textProblem(text: string, lengthMax: number): string | null {
  if (text.length > lengthMax) return `must be at most ${lengthMax} characters`;
  return unfit.test(text) ? "must be text without control characters" : null;
}

/** The parts of an event that decide whether it fits. */
type Happened = Pick<FilingEvent, "kind" | "atMs">;

function orderProblem(step: FilingStep, events: readonly FilingEvent[]): string | null {
  const day = dayOf(step.atMs);
  const ordered = inOrder(events);
  const earlier = ordered.filter(({ atMs }) => dayOf(atMs) <= day);
  const later = ordered.slice(earlier.length);
  const before = earlier.reduce(after, noCourse);
  const problem = unfitBecause(before, step.kind);
  if (problem !== null) {
    const fitsNow = unfitBecause(later.reduce(after, before), step.kind) === null;
    return fitsNow ? `On ${day} it came too early: ${problem}` : problem;
  }
  return contradiction(after(before, eventOf(step)), later, step);
}

/** The first of the later events that would not fit any more. */
function contradiction(
  before: Course,
  later: readonly FilingEvent[],
  step: FilingStep,
): string | null {
  let course = before;
  for (const event of later) {
    if (unfitBecause(course, event.kind) !== null) return told(step, event);
    course = after(course, event);
  }
  return null;
}

function told(step: FilingStep, event: Happened): string {
  return (
    `${step.kind} on ${dayOf(step.atMs)} contradicts what is on record later: ` +
    `${event.kind} on ${dayOf(event.atMs)}.`
  );
}

const noSnapshot = {
  operator: "",
  purpose: "",
  method: "",
  rules: "",
  security: "",
  assessment: "",
};

/** The event of a step for the course, which looks at no snapshot. */
function eventOf({ kind, atMs, number, note }: FilingStep): FilingEvent {
  const common = { atMs, actor: "", note };
  switch (kind) {
    case "SUBMITTED":
    case "CHANGE_SUBMITTED":
      return { ...common, kind, number, snapshot: noSnapshot };
    case "RETURNED":
    case "USE_ENDED":
      return { ...common, kind };
    default:
      return { ...common, kind, number };
  }
}

/** Why an event cannot follow; null when it can. What the server sees itself always can. */
function unfitBecause(course: Course, kind: FilingEventKind): string | null {
  switch (kind) {
    case "THRESHOLD_REACHED":
    case "CHANGED":
      return null;
    case "SUBMITTED":
      return submittedProblem(course);
    case "FILED":
      return waitsFor(course, "FILING");
    case "RETURNED":
      return course.pending.length > 0 ? null : "Nothing that was handed in waits for an answer.";
    case "CHANGE_SUBMITTED":
      return changeProblem(course);
    case "CHANGE_FILED":
      return waitsFor(course, "CHANGE");
    case "USE_ENDED":
      return endProblem(course);
    case "CANCELLATION_SUBMITTED":
      return cancellationProblem(course);
    case "CANCELLED":
      return waitsFor(course, "CANCELLATION");
  }
}

const handedInAs = {
  FILING: ["filing", "SUBMITTED"],
  CHANGE: ["change", "CHANGE_SUBMITTED"],
  CANCELLATION: ["cancellation", "CANCELLATION_SUBMITTED"],
} as const;

function waitsFor({ pending }: Course, kind: keyof typeof handedInAs): string | null {
  if (pending.some((submission) => submission.kind === kind)) return null;
  const [what, step] = handedInAs[kind];
  return `No ${what} waits for an answer: record first when it was handed in, as ${step}.`;
}

const notDue = "No filing was due: the count had not reached the threshold.";
const isCancelled = "The filing is cancelled.";

function submittedProblem({ reachedAtMs, filing }: Course): string | null {
  if (reachedAtMs === null) return notDue;
  if (filing === "HANDED_IN") {
    return "The filing is handed in already: record the answer first, FILED or RETURNED.";
  }
  if (filing === "ACCEPTED") return "The filing is accepted already: hand in a change instead.";
  return null;
}

function changeProblem(course: Course): string | null {
  if (course.filing === "CANCELLED") return isCancelled;
  if (!isHandedIn(course)) return "There is no filing to change: it is not handed in.";
  if (waitsFor(course, "CANCELLATION") === null) {
    return "The cancellation is handed in: there is nothing left to change.";
  }
  return null;
}

function endProblem({ reachedAtMs, filing, endedAtMs }: Course): string | null {
  if (reachedAtMs === null) return `${notDue} So there is none to cancel either.`;
  if (filing === "CANCELLED") return isCancelled;
  return endedAtMs === null ? null : `The end of use is on record already: ${dayOf(endedAtMs)}.`;
}

function cancellationProblem(course: Course): string | null {
  if (course.filing === "CANCELLED") return isCancelled;
  if (course.endedAtMs === null) return "Use has not ended: declare its end first.";
  if (!isHandedIn(course)) return "There is no filing to cancel: hand it in first, late as it is.";
  if (waitsFor(course, "CANCELLATION") === null) {
    return "The cancellation is handed in already: record the answer, CANCELLED or RETURNED.";
  }
  return null;
}

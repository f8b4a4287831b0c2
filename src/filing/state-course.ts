/**
 * What the events of the filing come to: which clocks were started and stopped, what is with the
 * authority, what it accepted. Without calendars and without the time of day: see clocks.ts and
 * state.ts for what follows from it.
 */
import type { FilingEvent, FilingSection } from "../store/filing-records.js";
import { dayNumberOf } from "./days.js";
import type { FilingClock } from "./filing.js";

type ClockKind = FilingClock["kind"];

/** A clock without its deadline. */
export interface ClockRun {
  readonly kind: ClockKind;
  readonly startedAtMs: number;
  /** Null while it runs. */
  readonly stoppedAtMs: number | null;
  /** Ordinal of the submission that stopped it; null while it runs, and when it was cancelled. */
  readonly stoppedBy: number | null;
  readonly sections: readonly FilingSection[];
}

/** Something handed in that the authority has not answered. */
export interface Submission {
  readonly kind: ClockKind;
  readonly atMs: number;
  /** 0 for the first that was ever handed in. */
  readonly ordinal: number;
}

export interface Course {
  readonly reachedAtMs: number | null;
  /**
   * Where the filing itself is: nowhere yet, with the authority, sent back, accepted, or accepted
   * once and cancelled since.
   */
  readonly filing: "NONE" | "HANDED_IN" | "SENT_BACK" | "ACCEPTED" | "CANCELLED";
  readonly endedAtMs: number | null;
  readonly clocks: readonly ClockRun[];
  /** Unanswered, oldest first. */
  readonly pending: readonly Submission[];
  readonly submissions: number;
}

export const noCourse: Course = {
  reachedAtMs: null,
  filing: "NONE",
  endedAtMs: null,
  clocks: [],
  pending: [],
  submissions: 0,
};

/**
 * The events by the day on which they happened. What happened on one day counts in the order in
 * which it was recorded, since receipts bear dates and no times.
 */
export function inOrder(events: readonly FilingEvent[]): readonly FilingEvent[] {
  return events
    .map((event) => ({ event, day: dayNumberOf(event.atMs) }))
    .sort((a, b) => a.day - b.day)
    .map(({ event }) => event);
}

export function courseOf(events: readonly FilingEvent[]): Course {
  return inOrder(events).reduce(after, noCourse);
}

const allKinds: readonly ClockKind[] = ["FILING", "CHANGE", "CANCELLATION"];

/** Kinds of clock that each kind of submission stops, since it tells how things stand now. */
const stops: Readonly<Record<ClockKind, readonly ClockKind[]>> = {
  FILING: ["FILING", "CHANGE"],
  CHANGE: ["CHANGE"],
  CANCELLATION: ["CHANGE", "CANCELLATION"],
};

/** The course after one more event, which is taken to fit: see `checkStep`. */
export function after(course: Course, event: FilingEvent): Course {
  switch (event.kind) {
    case "THRESHOLD_REACHED":
      if (course.reachedAtMs !== null) return course;
      return start({ ...course, reachedAtMs: event.atMs }, "FILING", event.atMs);
    case "SUBMITTED":
      return handIn({ ...reopened(course, event.atMs), filing: "HANDED_IN" }, "FILING", event.atMs);
    case "FILED":
      return { ...answered(course, "FILING"), filing: "ACCEPTED" };
    case "RETURNED":
      return sendBack(course);
    case "CHANGED":
      return change(course, event.atMs, event.sections);
    case "CHANGE_SUBMITTED":
      return handIn(course, "CHANGE", event.atMs);
    case "CHANGE_FILED":
      return answered(course, "CHANGE");
    case "USE_ENDED":
      return start({ ...course, endedAtMs: event.atMs }, "CANCELLATION", event.atMs);
    case "CANCELLATION_SUBMITTED":
      return handIn(course, "CANCELLATION", event.atMs);
    case "CANCELLED":
      return {
        ...course,
        filing: "CANCELLED",
        pending: [],
        clocks: stopped(course.clocks, allKinds, event.atMs, null),
      };
  }
}

/** True while what was filed, or is to be, lies with the authority. */
export function isHandedIn({ filing }: Course): boolean {
  return filing === "HANDED_IN" || filing === "ACCEPTED";
}

function start(
  course: Course,
  kind: ClockKind,
  startedAtMs: number,
  sections: readonly FilingSection[] = [],
): Course {
  const clock = { kind, startedAtMs, stoppedAtMs: null, stoppedBy: null, sections };
  return { ...course, clocks: [...course.clocks, clock] };
}

function handIn(course: Course, kind: ClockKind, atMs: number): Course {
  const ordinal = course.submissions;
  return {
    ...course,
    submissions: ordinal + 1,
    pending: [...course.pending, { kind, atMs, ordinal }],
    clocks: stopped(course.clocks, stops[kind], atMs, ordinal),
  };
}

function stopped(
  clocks: readonly ClockRun[],
  kinds: readonly ClockKind[],
  stoppedAtMs: number,
  stoppedBy: number | null,
): readonly ClockRun[] {
  return clocks.map((clock) =>
    clock.stoppedAtMs === null && kinds.includes(clock.kind)
      ? { ...clock, stoppedAtMs, stoppedBy }
      : clock,
  );
}

/**
 * After a cancellation, a new filing says that face recognition is used again. Since nobody told
 * when, its clock counts from the day on which it was handed in, should it be sent back.
 */
function reopened(course: Course, atMs: number): Course {
  if (course.filing !== "CANCELLED") return course;
  return start({ ...course, endedAtMs: null }, "FILING", atMs);
}

function answered(course: Course, kind: ClockKind): Course {
  return { ...course, pending: course.pending.filter((submission) => submission.kind !== kind) };
}

/** The newest submission came back: the clocks that it had stopped run, as if never stopped. */
function sendBack(course: Course): Course {
  const returned = course.pending.at(-1);
  if (returned === undefined) return course;
  return {
    ...course,
    filing: returned.kind === "FILING" ? "SENT_BACK" : course.filing,
    pending: course.pending.slice(0, -1),
    clocks: course.clocks.map((clock) =>
      clock.stoppedBy === returned.ordinal
        ? { ...clock, stoppedAtMs: null, stoppedBy: null }
        : clock,
    ),
  };
}

/**
 * A material change starts a clock, or joins the one that runs: its 30 days count from the first.
 * Before anything is handed in, and after the end of use, there is nothing to change.
 */
function change(course: Course, atMs: number, sections: readonly FilingSection[]): Course {
  if (!isHandedIn(course) || course.endedAtMs !== null) return course;
  const at = course.clocks.findIndex(
    ({ kind, stoppedAtMs }) => kind === "CHANGE" && stoppedAtMs === null,
  );
  const running = course.clocks[at];
  if (running === undefined) return start(course, "CHANGE", atMs, unique(sections));
  const joined = { ...running, sections: unique([...running.sections, ...sections]) };
  return { ...course, clocks: course.clocks.with(at, joined) };
}

function unique(sections: readonly FilingSection[]): readonly FilingSection[] {
  return [...new Set(sections)];
}

import { horizonOf } from "./calendar.js";
import { clockOf } from "./clocks.js";
import { dayOf } from "./days.js";
import type { FilingClock, FilingFacts, FilingState, FilingStatus } from "./filing.js";
import { forecastOf } from "./forecast.js";
import { type Course, courseOf } from "./state-course.js";
import { nextStepsOf } from "./state-next-steps.js";

/** Art. 15: a filing is due from so many persons on. A threshold below it is stricter. */
export const LEGAL_THRESHOLD_PERSONS = 100_000;
/** Fractions of the threshold at which a person is told to make ready. */
export const APPROACHING_MARKS = [0.8, 0.9, 0.95] as const;

/**
 * Where the filing stands: everything that follows from the events, the count and the time.
 *
 * Of several things that hold at once, the state is the first of this list:
 *
 * | state            | when                                                                   |
 * | ---------------- | ---------------------------------------------------------------------- |
 * | CANCELLED        | the authority cancelled the filing                                     |
 * | OVERDUE          | any clock runs past the last day of its deadline                       |
 * | DUE              | the clock of the filing runs: it was not handed in, or was sent back   |
 * | CANCELLATION_DUE | the clock of the cancellation runs                                     |
 * | CHANGE_DUE       | a clock of change runs, be the filing itself accepted or not           |
 * | SUBMITTED        | anything handed in, a change too, has no answer                        |
 * | FILED            | the authority accepted the filing, and nothing is open                 |
 * | APPROACHING      | the threshold was never reached, and 80 % of it are                    |
 * | NOT_REQUIRED     | none of these                                                          |
 *
 * What is to be done comes before what is to be waited for, and the stricter before the milder.
 * The count decides only while the threshold was never reached: falling below it later stops
 * nothing. `persons` at the threshold without its event is APPROACHING: it is about to be recorded.
 *
 * @throws RangeError for a threshold outside 1 to 100,000, counts that are none, or no instant
 */
export function statusOf(facts: FilingFacts, nowMs: number): FilingStatus {
  const { events, persons, templates, threshold, policy, calendars, overdueErasures } = facts;
  requireThreshold(threshold);
  for (const count of [persons, templates, overdueErasures]) requireCount(count);
  const course = courseOf(events);
  const clocks = course.clocks.map((run) => clockOf(run, calendars, nowMs));
  const fraction = persons / threshold;
  const state = stateOf(course, clocks, fraction);
  const overdue = clocks.some((clock) => clock.overdue);
  const status: Omit<FilingStatus, "nextSteps"> = {
    state,
    persons,
    templates,
    threshold,
    fraction,
    reachedAtMs: course.reachedAtMs,
    belowAgain: course.reachedAtMs !== null && persons < threshold,
    clocks,
    policy,
    enrolmentBlocked: overdue && policy !== "warn",
    queriesBlocked: overdue && policy === "block-all",
    forecast: forecastOf(facts.dayCounts, persons, threshold, dayOf(nowMs)),
    events,
    overdueErasures,
    horizon: horizonOf(calendars),
  };
  return { ...status, nextSteps: nextStepsOf(status, course, nowMs) };
}

/** See `statusOf` for the order. */
function stateOf(course: Course, clocks: readonly FilingClock[], fraction: number): FilingState {
  const runs = (kind: FilingClock["kind"]) =>
    clocks.some((clock) => clock.kind === kind && clock.stoppedAtMs === null);
  if (course.filing === "CANCELLED") return "CANCELLED";
  if (clocks.some(({ overdue }) => overdue)) return "OVERDUE";
  if (runs("FILING")) return "DUE";
  if (runs("CANCELLATION")) return "CANCELLATION_DUE";
  if (runs("CHANGE")) return "CHANGE_DUE";
  if (course.pending.length > 0) return "SUBMITTED";
  if (course.filing === "ACCEPTED") return "FILED";
  return fraction >= APPROACHING_MARKS[0] ? "APPROACHING" : "NOT_REQUIRED";
}

function requireThreshold(threshold: number): void {
  if (Number.isInteger(threshold) && threshold >= 1 && threshold <= LEGAL_THRESHOLD_PERSONS) return;
  throw new RangeError(
    `A threshold of ${threshold} persons is none: it is 1 to ${LEGAL_THRESHOLD_PERSONS}.`,
  );
}

function requireCount(count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new RangeError(`${count} is no count.`);
}

/**
 * The 100,000-person filing (the Measures, Art. 15): what its parts speak of. Everything in this
 * folder is pure: records, a count and a clock in, a status or a dossier out.
 */
import type {
  Day,
  DayCount,
  FilingEvent,
  FilingSection,
  WorkCalendar,
} from "../store/filing-records.js";

/** A deadline, or the best that is known of it. */
export interface Deadline {
  /** The last day on which it is in time. */
  readonly day: Day;
  /** True when a year that it needs has no calendar: reckoned with weekends alone. */
  readonly provisional: boolean;
  readonly missingYears: readonly number[];
}

export type FilingState =
  | "NOT_REQUIRED"
  | "APPROACHING"
  | "DUE"
  | "OVERDUE"
  | "SUBMITTED"
  | "FILED"
  | "CHANGE_DUE"
  | "CANCELLATION_DUE"
  | "CANCELLED";

export interface FilingClock extends Deadline {
  readonly kind: "FILING" | "CHANGE" | "CANCELLATION";
  readonly startedAtMs: number;
  readonly startDay: Day;
  /** Working days left, today included; negative when it has passed. */
  readonly workingDaysLeft: number;
  /** It runs, and its last day has passed. A provisional one is never overdue before that day. */
  readonly overdue: boolean;
  /** When the step that stops it was recorded; null while it runs. */
  readonly stoppedAtMs: number | null;
  /** What changed, of a clock of change. */
  readonly sections: readonly FilingSection[];
}

export const filingPolicies = ["warn", "block-enrolment", "block-all"] as const;
export type FilingPolicy = (typeof filingPolicies)[number];

export interface Forecast {
  /** Net of erasures. */
  readonly personsPerDay: number;
  /** Null when the count does not grow, or there is too little to go by. */
  readonly day: Day | null;
  /** The 95 % interval of the day; the late end is null when it may be never. */
  readonly early: Day | null;
  readonly late: Day | null;
  readonly daysObserved: number;
}

/** Everything that the status follows from. */
export interface FilingFacts {
  readonly events: readonly FilingEvent[];
  readonly persons: number;
  readonly templates: number;
  readonly threshold: number;
  readonly policy: FilingPolicy;
  readonly calendars: readonly WorkCalendar[];
  readonly dayCounts: readonly DayCount[];
  readonly overdueErasures: number;
}

export interface FilingStatus {
  readonly state: FilingState;
  readonly persons: number;
  readonly templates: number;
  readonly threshold: number;
  readonly fraction: number;
  /** First instant at which the count reached the threshold; null while it has not. */
  readonly reachedAtMs: number | null;
  /** The count has fallen below the threshold since. The clock runs on: the law is silent. */
  readonly belowAgain: boolean;
  readonly clocks: readonly FilingClock[];
  readonly policy: FilingPolicy;
  readonly enrolmentBlocked: boolean;
  readonly queriesBlocked: boolean;
  readonly forecast: Forecast;
  readonly events: readonly FilingEvent[];
  /** What to do next, in words. */
  readonly nextSteps: readonly string[];
  readonly overdueErasures: number;
  /** Last day of the known calendars without a hole; null without any. */
  readonly horizon: Day | null;
}

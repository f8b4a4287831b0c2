import type { Day, WorkCalendar } from "../store/filing-records.js";
import { deadlineFrom, workingDaysBetween } from "./calendar-working-days.js";
import { dayFromNumber, dayNumber, dayOf } from "./days.js";
import type { Deadline, FilingClock } from "./filing.js";
import type { ClockRun } from "./state-course.js";

/**
 * The day on which the Measures came into force. Whoever stored 100,000 persons before it files as
 * if that had been the day: by 2025-07-14 (国家网信办关于开展人脸识别技术应用备案工作的公告, 2025-05-28).
 */
export const MEASURES_IN_FORCE_DAY: Day = "2025-06-01";

/** The deadline of what happened on a day, counted from the Measures' first day at the earliest. */
export function statutoryDeadline(day: Day, calendars: readonly WorkCalendar[]): Deadline {
  return deadlineFrom(day < MEASURES_IN_FORCE_DAY ? MEASURES_IN_FORCE_DAY : day, calendars);
}

/** A clock with its deadline, as it stands now; as it stood when it stopped, for a stopped one. */
export function clockOf(
  run: ClockRun,
  calendars: readonly WorkCalendar[],
  nowMs: number,
): FilingClock {
  const { kind, startedAtMs, stoppedAtMs, sections } = run;
  const startDay = dayOf(startedAtMs);
  const deadline = statutoryDeadline(startDay, calendars);
  const today = dayOf(stoppedAtMs ?? nowMs);
  return {
    ...deadline,
    kind,
    startedAtMs,
    startDay,
    workingDaysLeft: workingDaysLeft(today, deadline.day, calendars),
    overdue: stoppedAtMs === null && today > deadline.day,
    stoppedAtMs,
    sections,
  };
}

/** Today included; from the day after the deadline on -1 or less. */
function workingDaysLeft(today: Day, deadline: Day, calendars: readonly WorkCalendar[]): number {
  if (today > deadline) return -Math.max(1, workingDaysBetween(deadline, today, calendars));
  return workingDaysBetween(dayFromNumber(dayNumber(today) - 1), deadline, calendars);
}

import { shippedCalendars } from "../../src/filing/calendar-data.js";
import type { Validated } from "../../src/filing/calendar-validated.js";
import type { WorkCalendar } from "../../src/store/filing-records.js";

/** A calendar of 2027 made up for the tests: nobody has published one. */
export const made2027: WorkCalendar = {
  year: 2027,
  off: [
    ...["01-01..01-03", "02-05..02-11", "04-03..04-05", "05-01..05-05", "06-09", "09-15"],
    "10-01..10-07",
  ],
  work: ["01-30", "02-20", "10-09"],
  source: "made up for tests",
};

/** No more than every year must have. */
export const leastOff: readonly string[] = [
  ...["01-01", "02-05..02-11", "04-05", "05-01", "06-09", "09-15", "10-01..10-07"],
];

export const shippedOf = (year: number): WorkCalendar => {
  const calendar = shippedCalendars.find((one) => one.year === year);
  if (calendar === undefined) throw new Error(`no calendar of ${year} is shipped`);
  return calendar;
};

export function faultsOf(result: Validated<unknown>): readonly string[] {
  return result.ok ? [] : result.fields.map(({ field, description }) => `${field}: ${description}`);
}

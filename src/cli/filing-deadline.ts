import { type Command, InvalidArgumentError } from "commander";
import { horizonOf } from "../filing/calendar.js";
import { shippedCalendars } from "../filing/calendar-data.js";
import { calendarDays } from "../filing/calendar-days.js";
import { CALENDAR_FILE_SIZE_BYTES_MAX, withCalendarFiles } from "../filing/calendar-files.js";
import { FILING_WORKING_DAYS } from "../filing/calendar-working-days.js";
import { MEASURES_IN_FORCE_DAY, statutoryDeadline } from "../filing/clocks.js";
import {
  DAY_YEAR_MAX,
  DAY_YEAR_MIN,
  dayFromNumber,
  dayNumber,
  isDay,
  weekdayName,
} from "../filing/days.js";
import type { Deadline } from "../filing/filing.js";
import type { Day, WorkCalendar } from "../store/filing-records.js";
import { print } from "./output.js";
import { readFile, repeated } from "./parse.js";
import { guarded, type OutputOptions, plainCommand } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";
import { type Paint, wrap } from "./text.js";

interface DeadlineOptions extends OutputOptions {
  readonly reached: Day;
  readonly calendar?: readonly string[];
}

const help = `
A calendar file is YAML, for example (days made up: copy those of the State Council's notice)
  year: 2027
  source: the notice that published it
  off: [01-01..01-03, 02-05..02-11, 04-03..04-05, 05-01..05-05, 06-09, 09-15, 10-01..10-07]
  work: [01-30]
A file of a year that is known replaces it. Without the calendar of a year the answer is
provisional there: reckoned with weekends alone.`;

/** `cordon filing deadline`: the deadline of a filing. Works without a server. */
export function filingDeadlineCommand(session: Session): Command {
  return plainCommand(
    "deadline",
    "Tell by when a filing is due, or a change or a cancellation of it: 30 working days.",
    "cordon filing deadline --reached 2026-09-30\n" +
      "cordon filing deadline --reached 2026-11-20 --calendar 2027.yaml",
  )
    .requiredOption("--reached <date>", "when it happened, in Shanghai, as in 2026-09-30", day)
    .option(
      "--calendar <file>",
      "another working-day calendar; may be given several times",
      repeated((file) => file),
    )
    .addHelpText("after", help)
    .action(async (options: DeadlineOptions) => {
      await guarded(session, options, async () => {
        const calendars = calendarsWith(options.calendar ?? []);
        const deadline = statutoryDeadline(options.reached, calendars);
        const answer = answerOf(options.reached, deadline, calendars);
        print(session, options.json === true, answer, (paint) => describe(answer, paint));
      });
    });
}

function day(text: string): Day {
  if (isDay(text)) return text;
  const range = `of the years ${DAY_YEAR_MIN} to ${DAY_YEAR_MAX}`;
  throw new InvalidArgumentError(`Write a day that there is, as in 2026-09-30, ${range}.`);
}

/** @throws Error that names every fault of every file */
function calendarsWith(files: readonly string[]): readonly WorkCalendar[] {
  const texts = files.map((name) => {
    // One byte more than may be, so that a larger file is told to be one.
    const bytes = readFile(name).subarray(0, CALENDAR_FILE_SIZE_BYTES_MAX + 1);
    return { name, text: bytes.toString("utf8") };
  });
  const read = withCalendarFiles(shippedCalendars, texts);
  if (read.ok) return read.record;
  const faults = read.fields.map(({ field, description }) => `  ${field}: ${description}`);
  throw new Error(`a calendar cannot be used:\n${faults.join("\n")}`);
}

interface Answer {
  readonly reached: Day;
  /** Not counted itself. */
  readonly countedFrom: Day;
  readonly workingDays: number;
  readonly deadline: Day;
  readonly provisional: boolean;
  readonly missingYears: readonly number[];
  /** Days other than weekends that were passed over. */
  readonly daysOff: readonly Day[];
  /** Days of weekends that were counted. */
  readonly daysWorked: readonly Day[];
  /** Years whose calendar is known. */
  readonly knownYears: readonly number[];
  readonly horizon: Day | null;
}

function answerOf(reached: Day, deadline: Deadline, calendars: readonly WorkCalendar[]): Answer {
  const countedFrom = reached < MEASURES_IN_FORCE_DAY ? MEASURES_IN_FORCE_DAY : reached;
  const within = (days: ReadonlySet<number>) =>
    [...days].map(dayFromNumber).filter((one) => one > countedFrom && one <= deadline.day);
  const known = calendars.map(calendarDays);
  const isWeekday = (one: Day) => !weekdayName(dayNumber(one)).startsWith("S");
  return {
    reached,
    countedFrom,
    workingDays: FILING_WORKING_DAYS,
    deadline: deadline.day,
    provisional: deadline.provisional,
    missingYears: deadline.missingYears,
    daysOff: known
      .flatMap(({ off }) => within(off))
      .filter(isWeekday)
      .sort(),
    daysWorked: known.flatMap(({ work }) => within(work)).sort(),
    knownYears: calendars.map(({ year }) => year),
    horizon: horizonOf(calendars),
  };
}

/** Columns of the explanation below the facts. */
const WIDTH = 92;

function describe(answer: Answer, paint: Paint): string {
  const { reached, countedFrom, deadline, provisional, daysOff, daysWorked } = answer;
  const named = (one: Day) => `${one}, ${weekdayName(dayNumber(one))}`;
  const first = countedFrom === reached ? "" : ` (counted from ${countedFrom}, see below)`;
  const list = (days: readonly Day[]) => (days.length === 0 ? "none" : days.join(" "));
  const lines = [
    facts(
      [
        ["reached", `${named(reached)}${first}`],
        ["counted", `${answer.workingDays} working days, not the first day itself`],
        ["deadline", `${named(deadline)}${provisional ? " - PROVISIONAL" : ""}`],
        ["holidays", list(daysOff)],
        ["weekends worked", list(daysWorked)],
        ["calendars", answer.knownYears.join(", ")],
      ],
      paint,
    ),
  ];
  const notes = [...earlyNotes(answer), ...provisionalNotes(answer)];
  for (const note of notes) lines.push("", ...wrap(note, WIDTH));
  return lines.join("\n");
}

function earlyNotes({ reached, countedFrom }: Answer): string[] {
  if (countedFrom === reached) return [];
  return [
    `The Measures are in force since ${MEASURES_IN_FORCE_DAY}; what happened before is counted ` +
      "from that day.",
  ];
}

function provisionalNotes({ provisional, missingYears }: Answer): string[] {
  if (!provisional) return [];
  const calendars =
    missingYears.length === 1
      ? `The calendar of ${missingYears[0]} is not known`
      : `The calendars of ${missingYears.join(" and ")} are not known`;
  return [
    `${calendars}, so that only weekends were passed over there: the deadline may move. ` +
      "The State Council publishes a year's calendar in the autumn before, as a rule; give it " +
      "with --calendar.",
  ];
}

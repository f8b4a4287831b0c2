import type { FilingClock__Output } from "../api/generated/cordon/v1/FilingClock.js";
import type { FilingStatus__Output } from "../api/generated/cordon/v1/FilingStatus.js";
import { shortName, type TimestampLike } from "./output.js";
import { facts, table } from "./table.js";
import { harmless, type Paint, type Style, wrap } from "./text.js";

/** Columns of the bar, and of what is explained below it. */
const BAR_WIDTH = 40;
const WIDTH = 88;
/** Fractions of the threshold at which a person is told to make ready. */
const MARKS = [0.8, 0.9, 0.95];

const headlines: Readonly<Record<string, readonly [Style, string]>> = {
  NOT_REQUIRED: ["green", "no filing is due"],
  APPROACHING: ["yellow", "the threshold is near"],
  DUE: ["yellow", "to be handed in"],
  OVERDUE: ["red", ""],
  SUBMITTED: ["yellow", "handed in; the authority has not answered"],
  FILED: ["green", "in order"],
  CHANGE_DUE: ["yellow", "what was filed has changed: to be handed in"],
  CANCELLATION_DUE: ["yellow", "use has ended: the cancellation is to be handed in"],
  CANCELLED: ["green", "the filing is cancelled"],
};

/** Where the filing stands, so that a person grasps it at a glance. */
export function describeFiling(status: FilingStatus__Output, paint: Paint): string {
  const parts = [headline(status, paint), countOf(status, paint)];
  if (status.clocks.length > 0) parts.push(clocksOf(status.clocks, paint));
  parts.push(aboutOf(status, paint));
  if (status.nextSteps.length > 0) parts.push(nextOf(status.nextSteps, paint));
  return parts.join("\n\n");
}

/** One line of it, for a log. */
export function filingLine(status: FilingStatus__Output): string {
  const { persons, threshold, clocks } = status;
  const count = `${grouped(persons)} of ${grouped(threshold)} persons`;
  const running = clocks
    .filter(({ stopTime }) => stopTime === null)
    .map((clock) => `${kindOf(clock)} by ${deadlineOf(clock)}, ${leftOf(clock)}`);
  return [stateOf(status), count, ...running].join("; ");
}

function headline(status: FilingStatus__Output, paint: Paint): string {
  const state = stateOf(status);
  const [style, words] = headlines[state] ?? ["bold", ""];
  const due = mostPressing(status.clocks);
  const told =
    due === undefined ? words : due.overdue ? overdueWords(due) : `${words} by ${deadlineOf(due)}`;
  const stopped = stoppedBy(status);
  const more = stopped === "" ? "" : `; ${stopped}`;
  return `filing ${paint(style, state)}${told === "" ? "" : ` - ${told}${more}`}`;
}

function overdueWords(clock: FilingClock__Output): string {
  const days = -clock.workingDaysLeft;
  const late = `${days} working ${days === 1 ? "day" : "days"} ago`;
  return `the ${kindOf(clock)} was due by ${deadlineOf(clock)}, ${late}`;
}

/** What the policy stops now; empty for nothing. */
function stoppedBy({ enrolmentBlocked, queriesBlocked }: FilingStatus__Output): string {
  if (queriesBlocked) return "enrolments and queries are stopped";
  return enrolmentBlocked ? "enrolments are stopped" : "";
}

/** The running clock that ends first. */
function mostPressing(clocks: readonly FilingClock__Output[]): FilingClock__Output | undefined {
  return clocks
    .filter(({ stopTime }) => stopTime === null)
    .toSorted((a, b) => (a.deadlineDay < b.deadlineDay ? -1 : 1))[0];
}

function countOf(status: FilingStatus__Output, paint: Paint): string {
  const { persons, templates, threshold, fraction, belowAgain, reachTime } = status;
  const percent = `${(Math.floor(fraction * 1000) / 10).toFixed(1)} %`;
  const [style] = headlines[stateOf(status)] ?? ["bold" as const];
  const count = `${grouped(persons)} of ${grouped(threshold)} persons (${percent})`;
  const lines = [`${paint(style, bar(fraction))} ${count}`];
  if (reachTime !== null) {
    const isSilent = belowAgain && stateOf(status) !== "CANCELLED";
    const below = isSilent ? "; below it again, which stops no clock: the law is silent" : "";
    lines.push(`reached first at ${shanghai(reachTime)}${below}`);
  }
  const one = templates === 1 ? "template, which does" : "templates, which do";
  lines.push(paint("dim", `${grouped(templates)} ${one} not count`));
  return lines.join("\n");
}

/** `[##########..............|...|.|.]`: a bar marks where a person makes ready. */
function bar(fraction: number): string {
  const filled = Math.min(BAR_WIDTH, Math.floor(fraction * BAR_WIDTH));
  const marks = new Set(MARKS.map((mark) => Math.round(mark * BAR_WIDTH)));
  const cells = Array.from({ length: BAR_WIDTH }, (_, at) => {
    if (at < filled) return "#";
    return marks.has(at) ? "|" : ".";
  });
  return `[${cells.join("")}]`;
}

function clocksOf(clocks: readonly FilingClock__Output[], paint: Paint): string {
  return table(
    clocks,
    [
      { title: "clock", cell: kindOf },
      { title: "started", cell: ({ startDay }) => startDay },
      { title: "deadline", cell: deadlineOf, style: styleOf },
      { title: "working days left", cell: leftOf, style: styleOf },
      { title: "about", cell: ({ sections }) => sections.join(", ") },
    ],
    paint,
  );
}

function kindOf({ kind }: FilingClock__Output): string {
  return shortName(kind, "FILING_CLOCK_KIND_").toLowerCase();
}

function deadlineOf({ deadlineDay, provisional }: FilingClock__Output): string {
  return `${deadlineDay} ${weekday(deadlineDay)}${provisional ? " PROVISIONAL" : ""}`;
}

function leftOf({ workingDaysLeft, overdue, stopTime }: FilingClock__Output): string {
  if (stopTime !== null) return `stopped ${shanghai(stopTime).slice(0, 10)}`;
  return overdue ? `OVERDUE by ${-workingDaysLeft}` : `${workingDaysLeft}`;
}

function styleOf({ overdue, stopTime, provisional }: FilingClock__Output): Style | undefined {
  if (stopTime !== null) return "dim";
  if (overdue) return "red";
  return provisional ? "yellow" : undefined;
}

function aboutOf(status: FilingStatus__Output, paint: Paint): string {
  const { policy, overdueErasures, calendarHorizon, events } = status;
  const pairs: [string, string][] = [["policy", policyOf(status)]];
  const forecast = forecastOf(status);
  if (forecast !== "") pairs.push(["forecast", forecast]);
  if (overdueErasures > 0) pairs.push(["to be erased", `${grouped(overdueErasures)}, overdue`]);
  pairs.push(["calendars", calendarHorizon === "" ? "none" : `known to ${calendarHorizon}`]);
  const last = events.at(-1);
  if (last !== undefined) {
    const { kind, time, actor, number, note } = last;
    const words = [kind, number, note === "" ? "" : `(${note})`].filter((word) => word !== "");
    pairs.push(["last event", `${words.join(" ")} at ${shanghai(time)}, by ${actor}`]);
  }
  return facts(policy === "" ? pairs.slice(1) : pairs, paint);
}

function policyOf(status: FilingStatus__Output): string {
  const stopped = stoppedBy(status);
  return stopped === "" ? status.policy : `${status.policy}: ${stopped} now`;
}

function forecastOf({ forecast }: FilingStatus__Output): string {
  if (forecast === null || forecast.day === "") return "";
  const { personsPerDay, day, dayEarly, dayLate } = forecast;
  const interval = dayLate === "" ? `${dayEarly} at the earliest` : `${dayEarly} to ${dayLate}`;
  return `reached ${day} (${interval}) at ${personsPerDay.toFixed(1)} persons a day`;
}

function nextOf(steps: readonly string[], paint: Paint): string {
  const lines = steps.flatMap((step, at) => {
    const [first = "", ...more] = wrap(harmless(step), WIDTH);
    return [`  ${at + 1}. ${first}`, ...more.map((line) => `     ${line}`)];
  });
  return [paint("bold", "next"), ...lines].join("\n");
}

function stateOf({ state }: FilingStatus__Output): string {
  return shortName(state, "FILING_STATE_");
}

const SHANGHAI_AHEAD_MS = 8 * 3_600_000;

/** `2026-06-01 08:00:05+08:00`, since the law's days are those of China. */
function shanghai(time: TimestampLike | null): string {
  if (time === null) return "-";
  const there = new Date(time.seconds * 1000 + SHANGHAI_AHEAD_MS);
  return `${there.toISOString().slice(0, 19).replace("T", " ")}+08:00`;
}

function weekday(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return "";
  return date.toLocaleDateString("en-US", { weekday: "short", timeZone: "UTC" });
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

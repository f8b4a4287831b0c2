import { shippedCalendars } from "../../src/filing/calendar-data.js";
import { startOfDayMs } from "../../src/filing/days.js";
import type { FilingFacts } from "../../src/filing/filing.js";
import type { FilingStep, FilingStepKind } from "../../src/filing/steps.js";
import type {
  Day,
  FilingEvent,
  FilingSection,
  FilingSnapshot,
} from "../../src/store/filing-records.js";

export const HOUR_MS = 3_600_000;
/** Noon in Shanghai. */
export const noonOf = (day: Day) => startOfDayMs(day) + 12 * HOUR_MS;

export const aSnapshot: FilingSnapshot = {
  operator: "00",
  purpose: "00",
  method: "00",
  rules: "00",
  security: "00",
  assessment: "00",
};

export function aStep(kind: FilingStepKind, day: Day, change: Partial<FilingStep> = {}) {
  const number = kind === "RETURNED" || kind === "USE_ENDED" ? "" : "京网信备-1";
  const step: FilingStep = { kind, atMs: noonOf(day), number, note: "as told" };
  return { ...step, ...change };
}

export function eventOf({ kind, atMs, number, note }: FilingStep): FilingEvent {
  const common = { atMs, actor: "admin", note };
  switch (kind) {
    case "SUBMITTED":
    case "CHANGE_SUBMITTED":
      return { ...common, kind, number, snapshot: aSnapshot };
    case "RETURNED":
    case "USE_ENDED":
      return { ...common, kind };
    default:
      return { ...common, kind, number };
  }
}

export const reached = (day: Day): FilingEvent => ({
  kind: "THRESHOLD_REACHED",
  atMs: noonOf(day),
  actor: "cordon",
  note: "",
  threshold: 100_000,
});

export const changed = (day: Day, ...sections: FilingSection[]): FilingEvent => ({
  kind: "CHANGED",
  atMs: noonOf(day),
  actor: "cordon",
  note: "",
  sections,
});

export const did = (kind: FilingStepKind, day: Day): FilingEvent => eventOf(aStep(kind, day));

export function factsWith(change: Partial<FilingFacts> = {}): FilingFacts {
  return {
    events: [],
    persons: 100_000,
    templates: 120_000,
    threshold: 100_000,
    policy: "block-enrolment",
    calendars: shippedCalendars,
    dayCounts: [],
    overdueErasures: 0,
    ...change,
  };
}

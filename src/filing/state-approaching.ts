import { FILING_WORKING_DAYS } from "./calendar-working-days.js";
import type { FilingStatus } from "./filing.js";
import { amount, number } from "./state-words.js";

/** Marks in per cent of the threshold, the highest first, and what each calls for. */
const marks = [
  [95, "Have every document of the dossier signed and ready to be handed in."],
  [90, "Complete the dossier now: its export lists what is missing, and how to supply it."],
  [80, "Make ready: export the dossier, and see what it lists as missing."],
] as const;

/** What to do while the threshold was never reached. */
export function approachingSteps(status: Omit<FilingStatus, "nextSteps">): string[] {
  const { persons, threshold, fraction, forecast } = status;
  const per = `${(Math.floor(fraction * 1000) / 10).toFixed(1)} %`;
  const count = `${number(persons)} of ${amount(threshold, "person")} (${per})`;
  if (fraction >= 1) {
    return [`The threshold is reached, ${count}: the clock starts as soon as that is on record.`];
  }
  const mark = marks.find(([per]) => fraction >= per / 100);
  const steps =
    mark === undefined
      ? [`Nothing yet: ${count}. From 80 % on, make ready for a filing.`]
      : [`${count}: past ${mark[0]} %, ${aheadOf(mark[0])}. ${mark[1]}`];
  if (forecast.day !== null) {
    const { day, early, late } = forecast;
    const interval =
      late === null ? `not before ${early ?? day}` : `between ${early ?? day} and ${late}`;
    steps.push(
      `At the present rate the threshold is reached about ${day}, with 95 % confidence ` +
        `${interval}. From that day on, ${FILING_WORKING_DAYS} working days are left to file.`,
    );
  }
  return steps;
}

function aheadOf(mark: number): string {
  const ahead = marks
    .map(([per]) => per)
    .filter((per) => per > mark)
    .sort((a, b) => a - b);
  if (ahead.length === 0) return "the last mark before a filing is due";
  return `with ${ahead.map((per) => `${per} %`).join(" and ")} ahead`;
}

import { markdownTable } from "../markdown.js";
import { createProgress } from "../progress.js";
import type { Suite, SuiteContext, SuiteResult } from "../suite.js";
import { measureCountCost } from "./count-cost.js";
import { type FilingOptions, filingUsage, parseFilingOptions } from "./options.js";
import { measureRecount, type RecountResult } from "./recount.js";

export interface FilingResult {
  readonly options: FilingOptions;
  /** Microseconds of processor time that the count adds to an enrolment. */
  readonly countMicros: number;
  readonly recount: RecountResult;
}

/** What the count of the filing costs. */
export const filingSuite: Suite = {
  name: "filing",
  summary: "The count of the filing: what it adds to an enrolment, and a full recount.",
  usage: filingUsage,
  async run(args, context): Promise<SuiteResult> {
    const result = await measureFiling(parseFilingOptions(args), context);
    return { markdown: filingMarkdown(result), json: { ...result }, files: {} };
  },
};

export async function measureFiling(
  options: FilingOptions,
  { stderr, signal }: Pick<SuiteContext, "stderr" | "signal">,
): Promise<FilingResult> {
  const countMicros = await measureCountCost(options.enrolments);
  const progress = createProgress("persons stored", options.persons, stderr);
  const recount = await measureRecount(options.persons, progress, signal);
  progress.end();
  return { options, countMicros, recount };
}

const COUNT_MICROS_MAX = 20;
const RECOUNT_MS_MAX = 2_000;

export function filingMarkdown({ options, countMicros, recount }: FilingResult): string {
  const persons = options.persons.toLocaleString("en-US");
  const verdict = (value: number, most: number, unit: string) =>
    `at most ${most.toLocaleString("en-US")} ${unit}: ${value <= most ? "met" : "MISSED"}`;
  const { firstMs, nextMs } = recount;
  const rows = [
    [
      "count, of one enrolment",
      `${countMicros.toFixed(2)} us`,
      verdict(countMicros, COUNT_MICROS_MAX, "us"),
    ],
    [
      `recount of ${persons} persons, of a store just opened`,
      `${firstMs.toFixed(0)} ms`,
      verdict(firstMs, RECOUNT_MS_MAX, "ms"),
    ],
    ["the same again", `${nextMs.toFixed(0)} ms`, ""],
  ];
  return ["# Filing: the count\n", markdownTable(["what", "measured", "target"], rows)].join("\n");
}

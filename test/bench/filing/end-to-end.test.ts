import { expect, it } from "vitest";
import { parseFilingOptions } from "../../../bench/filing/options.js";
import { filingMarkdown, measureFiling } from "../../../bench/filing/suite.js";

it("measures what the count costs, on a few persons", async () => {
  const options = parseFilingOptions(["--persons", "2500", "--enrolments", "1000"]);
  const { signal } = new AbortController();
  const result = await measureFiling(options, { stderr: { write: () => true }, signal });
  expect(result.countMicros).toBeGreaterThan(0);
  expect(result.recount.firstMs).toBeGreaterThan(0);
  const slow = { firstMs: 2_001, nextMs: 3 };
  const markdown = filingMarkdown({ ...result, countMicros: 0.2, recount: slow });
  expect(markdown).toMatch(/\| count, of one enrolment .*0\.20 us .*at most 20 us: met/);
  expect(markdown).toMatch(/\| recount of 2,500 persons.*2001 ms .*at most 2,000 ms: MISSED/);
});

it("names an option that makes no sense", () => {
  expect(() => parseFilingOptions(["--persons", "0"])).toThrow(/persons/);
  expect(() => parseFilingOptions(["--people", "5"])).toThrow(/people/);
});

import { expect, it } from "vitest";
import { parsePeopleOptions } from "../../../bench/people/options.js";
import { peopleMarkdown } from "../../../bench/people/report.js";
import { measure } from "../../../bench/people/suite.js";

const stderr = { write: () => true };

it("measures everything on a few persons, through the real server", async () => {
  const args = ["--empty", "100", "--persons", "150", "--more", "10", "--erasures", "10"];
  const options = parsePeopleOptions([
    ...args,
    "--records",
    "1000",
    "--callers",
    "2",
    "--queries",
    "20",
  ]);
  const { signal } = new AbortController();
  const result = await measure(options, { stderr, signal });
  expect(result.empty.perSecond).toBeGreaterThan(0);
  expect(result.erasure.p99).toBeGreaterThanOrEqual(result.erasure.p50);
  expect(result.starts).toMatchObject([{ persons: 150 }]);
  const markdown = peopleMarkdown(result);
  expect(markdown).toMatch(/\| enrolments a second, empty store .*at least 5,000: /);
  expect(markdown).toMatch(/\| erasure, p99 .*at most 50 ms: /);
});

it("names an option that makes no sense", () => {
  expect(() => parsePeopleOptions(["--persons", "0"])).toThrow(/persons/);
  expect(() => parsePeopleOptions(["--people", "5"])).toThrow(/people/);
});

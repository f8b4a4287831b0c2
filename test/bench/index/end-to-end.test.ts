import { expect, it } from "vitest";
import { peerNames } from "../../../bench/index/catalogue.js";
import { growthChart } from "../../../bench/index/growth-chart.js";
import { parseIndexOptions } from "../../../bench/index/options.js";
import { indexMarkdown } from "../../../bench/index/report.js";
import { measure } from "../../../bench/index/suite.js";

const stderr = { write: () => true };

it("measures small galleries in a process of their own, with every probe's true best found", async () => {
  const args = ["--persons", "300,500", "--drivers", "exact", "--peers", "none", "--rounds", "1"];
  const more = ["--probes", "40", "--seconds", "1", "--threads", "1", "--snapshots"];
  const options = parseIndexOptions([...args, ...more], peerNames);
  const { signal } = new AbortController();
  const result = await measure(options, { stderr, signal });
  expect(result.results).toHaveLength(2);
  for (const one of result.results) {
    expect(one.failure).toBeNull();
    expect(one.styles.map(({ recall }) => recall.all)).toEqual([1, 1]);
    expect(one.churn).toMatchObject({ notFound: 0, stillFound: 0 });
    expect(one.snapshot).toMatchObject({ otherAnswers: 0 });
    expect(one.snapshot?.sizeBytes).toBeGreaterThan(one.persons * 160 * 4);
    expect(one.lone?.count).toBeGreaterThan(0);
  }
  const markdown = indexMarkdown(result);
  expect(markdown).toContain("## 300 persons");
  expect(markdown).toContain("not found 0 times");
  expect(markdown).toContain("0 probes are answered otherwise");
  expect(growthChart(result)).toContain("cordon exact");
});

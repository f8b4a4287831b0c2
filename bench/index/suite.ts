import { DIMENSION } from "../gallery/draw.js";
import type { Suite, SuiteContext, SuiteResult } from "../suite.js";
import { type Entrant, findEntrants, type Missing, packagesOf, peerNames } from "./catalogue.js";
import { makeFiles } from "./files.js";
import { growthChart } from "./growth-chart.js";
import { installPeers } from "./install-peers.js";
import { type EntrantResult, measureSize } from "./measure.js";
import { type IndexOptions, indexUsage, parseIndexOptions } from "./options.js";
import { indexMarkdown } from "./report.js";
import { findTruth } from "./truth.js";

/** Everything that the index bench measures. */
export interface IndexResult {
  readonly options: IndexOptions;
  readonly dimension: number;
  readonly results: readonly EntrantResult[];
  readonly missing: readonly Missing[];
}

/** Search by size of the gallery: recall, throughput, lone queries, memory, beside other libraries. */
export const indexSuite: Suite = {
  name: "index",
  summary: "Search of galleries: recall, queries a second, memory, growth, beside other libraries.",
  usage: indexUsage,
  async run(args, context): Promise<SuiteResult> {
    const result = await measure(parseIndexOptions(args, peerNames), context);
    const chart = growthChart(result);
    return {
      markdown: indexMarkdown(result),
      json: { ...result },
      files: chart === null ? {} : { "index-growth.svg": chart },
    };
  },
};

type Context = Pick<SuiteContext, "stderr" | "signal">;

export async function measure(options: IndexOptions, context: Context): Promise<IndexResult> {
  await installPeers(packagesOf(options.peers), context.stderr, context.signal);
  const { entrants, missing } = await findEntrants(options);
  for (const { name, why } of missing) context.stderr.write(`left out: ${name}, ${why}\n`);
  const results: EntrantResult[] = [];
  for (const persons of options.persons) {
    results.push(...(await measureOne(entrants, persons, options, context)));
  }
  return { options, dimension: DIMENSION, results, missing };
}

async function measureOne(
  entrants: readonly Entrant[],
  persons: number,
  options: IndexOptions,
  { stderr, signal }: Context,
): Promise<EntrantResult[]> {
  const { probes, seed, threads } = options;
  stderr.write(`${persons} persons: being drawn\n`);
  const files = await makeFiles({ persons, probes, seed, threads }, signal);
  try {
    stderr.write(`${persons} persons: the truth is being found\n`);
    const sizes = { persons, probes, threads, dimension: DIMENSION };
    const truth = await findTruth(files, sizes, signal);
    const stage = { options, persons, files, truth, stderr, signal };
    return await measureSize(entrants, stage);
  } finally {
    await files.remove();
  }
}

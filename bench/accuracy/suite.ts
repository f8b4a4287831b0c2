import { createProgress } from "../progress.js";
import type { Suite, SuiteContext, SuiteResult } from "../suite.js";
import { acquireAll } from "./acquire-all.js";
import type { AcquiredImage, Acquirer } from "./acquired.js";
import { noCache, openCache } from "./cache.js";
import { detChart } from "./det-chart.js";
import { openAcquirer } from "./engine.js";
import { evaluateIdentification, evaluateVerification } from "./evaluate.js";
import { type OpenSetEntry, type Pair, readOpenSet, readPairs } from "./lists.js";
import { proportion } from "./metrics/identification.js";
import { MissList } from "./misses.js";
import { type AccuracyOptions, accuracyUsage, parseAccuracyOptions } from "./options.js";
import { accuracyMarkdown } from "./report.js";
import type { AccuracyResult, AcquisitionResult } from "./result.js";
import { type Embeddings, scoreOpenSet, scorePairs } from "./scores.js";

/** Verification and open-set identification through the engine's own vision, on lists of images. */
export const accuracySuite: Suite = {
  name: "accuracy",
  summary: "Error rates on lists of labelled images: verification and open-set identification.",
  usage: accuracyUsage,
  async run(args, context) {
    const options = parseAccuracyOptions(args);
    const pairs = options.pairs === undefined ? null : await readPairs(options.pairs);
    const openSet = options.openSet === undefined ? null : await readOpenSet(options.openSet);
    const acquirer = await openAcquirer(options);
    try {
      return await measure({ options, pairs, openSet, acquirer, context });
    } finally {
      await acquirer.close();
    }
  },
};

const tooFew = "There are too few impostor comparisons for a calibration.\n";

/** All that one measurement stands on. */
export interface Measurement {
  readonly options: AccuracyOptions;
  readonly pairs: readonly Pair[] | null;
  readonly openSet: readonly OpenSetEntry[] | null;
  readonly acquirer: Acquirer;
  readonly context: Pick<SuiteContext, "stderr" | "signal">;
}

/** Acquires every image of the lists, scores, and evaluates. */
export async function measure(measurement: Measurement): Promise<SuiteResult> {
  const { options, pairs, openSet, acquirer } = measurement;
  const images = await acquire(measurement);
  const embeddings: Embeddings = new Map(
    Array.from(images, ([path, image]) => [path, image.embedding]),
  );
  const misses = new MissList();
  let verification: AccuracyResult["verification"] = null;
  if (pairs !== null) {
    const scores = scorePairs(pairs, embeddings);
    verification = evaluateVerification(pairs, scores);
    misses.addPairs(pairs, scores, verification);
  }
  let identification: AccuracyResult["identification"] = null;
  if (openSet !== null) {
    const scores = scoreOpenSet(openSet, embeddings);
    identification = evaluateIdentification(openSet, scores, options);
    misses.addOpenSet(openSet, scores, identification);
  }
  const { modelPack, dimension } = acquirer.identity;
  const { dataset } = options;
  const acquisition = summarise([...images.values()]);
  const result = { dataset, modelPack, dimension, acquisition, verification, identification };
  return present(result, options, misses);
}

async function acquire(measurement: Measurement): Promise<Map<string, AcquiredImage>> {
  const { options, pairs, openSet, acquirer, context } = measurement;
  const paths = new Set<string>();
  for (const pair of pairs ?? []) paths.add(pair.a).add(pair.b);
  for (const entry of openSet ?? []) paths.add(entry.path);
  const cache = options.cache === undefined ? noCache : await openCache(options.cache);
  const progress = createProgress("images", paths.size, context.stderr);
  const { root } = options;
  const images = await acquireAll([...paths], root, acquirer, cache, progress, context.signal);
  progress.end();
  return images;
}

function summarise(images: readonly AcquiredImage[]): AcquisitionResult {
  const failures = images.filter((image) => image.embedding === null).length;
  return {
    images: images.length,
    failures: proportion(failures, images.length),
    withSeveralFaces: images.filter((image) => image.faces > 1).length,
    withPoorQuality: images.filter((image) => !image.acceptable).length,
  };
}

function present(result: AccuracyResult, options: AccuracyOptions, misses: MissList): SuiteResult {
  const files: Record<string, string> = {};
  let markdown = accuracyMarkdown(result);
  const { identification } = result;
  if (identification !== null && identification.det.length > 0) {
    files["accuracy-det.svg"] = detChart(result, identification);
  }
  if (options.calibration && identification !== null) {
    const { calibration } = identification;
    const table = `${JSON.stringify({ calibration }, null, 2)}\n`;
    const fenced = `\`\`\`json\n${table}\`\`\`\n`;
    if (calibration !== null) files["accuracy-calibration.json"] = table;
    markdown += `\n## For the manifest\n\n${calibration === null ? tooFew : fenced}`;
  }
  if (options.misses) files["accuracy-misses.csv"] = misses.toCsv();
  return { markdown, json: { ...result }, files };
}

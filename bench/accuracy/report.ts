import { percent } from "../chart/scale.js";
import { markdownTable } from "../markdown.js";
import type { Proportion } from "./metrics/identification.js";
import type { Interval } from "./metrics/interval.js";
import type { AccuracyResult, IdentificationResult, VerificationResult } from "./result.js";

/** The result for people. */
export function accuracyMarkdown(result: AccuracyResult): string {
  const { acquisition, verification, identification } = result;
  const parts = [
    `# Accuracy of ${result.modelPack} (${result.dimension}-d) on ${result.dataset}\n`,
    markdownTable(
      ["acquisition", "value", "95 % interval"],
      [
        ["images", count(acquisition.images), ""],
        [
          "failure to acquire",
          share(acquisition.failures),
          interval(acquisition.failures.interval),
        ],
        ["several faces, central one taken", count(acquisition.withSeveralFaces), ""],
        ["quality verdict: poor (not left out)", count(acquisition.withPoorQuality), ""],
      ],
    ),
  ];
  if (verification !== null) parts.push(verificationMarkdown(verification));
  if (identification !== null) parts.push(identificationMarkdown(identification));
  return parts.join("\n");
}

function verificationMarkdown(result: VerificationResult): string {
  const { crossValidation: validated, best, pairsSame, pairsDifferent } = result;
  const lost = result.pairsNotAcquired;
  const pairs = `${count(pairsSame)} same and ${count(pairsDifferent)} different pairs`;
  const lines = [`## Verification: ${pairs}, ${count(lost)} of them not acquired\n`];
  if (validated !== null) {
    const accuracy = `${validated.accuracy.toFixed(4)} ± ${validated.standardError.toFixed(4)}`;
    const how = `mean ± standard error of ${validated.folds} folds`;
    const threshold = validated.threshold.toFixed(3);
    lines.push(`Accuracy **${accuracy}** (${how}, mean threshold ${threshold}).\n`);
  }
  if (best !== null) {
    const at = `with the one threshold that suits these pairs best, ${best.threshold.toFixed(3)}`;
    lines.push(`Accuracy **${best.accuracy.toFixed(4)}** ${at}.\n`);
  }
  const rows = result.tarAtFar.map((row) => [
    row.far.toExponential(0),
    row.threshold.toFixed(4),
    percent(row.farObserved),
    percent(row.tar),
    row.resolved ? "" : `too few pairs for this rate`,
  ]);
  lines.push(markdownTable(["FAR at most", "threshold", "FAR", "TAR", "note"], rows));
  return lines.join("\n");
}

function identificationMarkdown(result: IdentificationResult): string {
  const people = `${count(result.galleryPeople)} people`;
  const probes = `${count(result.matedProbes)} mated, ${count(result.nonMatedProbes)} non-mated`;
  const rows = result.operatingPoints.map((point) => [
    `FNIR at FPIR ${point.fpir}`,
    share(point.falseNegatives),
    interval(point.falseNegatives.interval),
    interval(point.bootstrap),
    point.threshold.toFixed(4),
    share(point.falsePositives),
  ]);
  const { rankOneMiss, impostors } = result;
  const miss = ["rank-1 miss", share(rankOneMiss), interval(rankOneMiss.interval), "", "", ""];
  const tail = impostors.tail.map((row) => [
    row.fmr.toExponential(0),
    row.threshold.toFixed(4),
    count(row.accepted),
  ]);
  const spread = `mean ${impostors.mean.toFixed(4)}, deviation ${impostors.deviation.toFixed(4)}`;
  return [
    `## Identification: gallery of ${people}; probes: ${probes}\n`,
    markdownTable(
      ["open set", "rate", "Wilson 95 %", "bootstrap 95 %", "threshold", "FPIR"],
      [miss, ...rows],
    ),
    `## Impostor tail: ${count(impostors.comparisons)} comparisons, ${spread}\n`,
    markdownTable(["FMR at most", "threshold", "comparisons at or above"], tail),
  ].join("\n");
}

function share({ events, trials, rate }: Proportion): string {
  return Number.isNaN(rate) ? "-" : `${twoPlaces(rate)} % (${count(events)}/${count(trials)})`;
}

function interval(range: Interval | null): string {
  return range === null ? "" : `${twoPlaces(range.low)} to ${twoPlaces(range.high)} %`;
}

function twoPlaces(rate: number): string {
  return (rate * 100).toFixed(2);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

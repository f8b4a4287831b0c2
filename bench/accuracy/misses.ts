import type { OpenSetEntry, Pair } from "./lists.js";
import { hitScore } from "./metrics/identification.js";
import type { PairScore } from "./metrics/verification.js";
import type { IdentificationResult, VerificationResult } from "./result.js";
import type { MatedResult, NonMatedResult, OpenSetScores } from "./scores.js";

/** FPIR whose misses are listed. */
const LISTED_FPIR = 0.01;

const header = "kind,image,against,score,threshold,other,other_score";

/**
 * What failed, as CSV, worst first: false non-matches and false matches of the pairs at the mean
 * threshold, mated probes that miss and non-mated ones that match at FPIR 0.01. A score is empty
 * where no face was found.
 */
export class MissList {
  readonly #lines: string[] = [header];

  addPairs(pairs: readonly Pair[], scores: readonly PairScore[], result: VerificationResult): void {
    const threshold = result.crossValidation?.threshold;
    if (threshold === undefined) return;
    const wrong = pairs
      .map((pair, index) => ({ ...pair, score: scores[index]?.score ?? Number.NaN }))
      .filter(({ same, score }) => score >= threshold !== same)
      .sort((left, right) => compare(left.score, right.score));
    for (const { a, b, same, score } of wrong) {
      const kind = same ? "false-non-match" : "false-match";
      this.#add(kind, a, b, score, threshold, "", undefined);
    }
  }

  addOpenSet(
    entries: readonly OpenSetEntry[],
    scores: OpenSetScores,
    result: IdentificationResult,
  ): void {
    const point = result.operatingPoints.find(({ fpir }) => fpir === LISTED_FPIR);
    if (point === undefined) return;
    const { threshold } = point;
    const galleryPath = new Map<string, string>();
    for (const { role, identity, path } of entries) {
      if (role === "gallery" && !galleryPath.has(identity)) galleryPath.set(identity, path);
    }
    const pathOf = (identity: string) => galleryPath.get(identity) ?? "";
    for (const search of matedMisses(scores.mated, threshold)) {
      const { path, identity, mateScore, otherIdentity, otherScore } = search;
      const other = pathOf(otherIdentity);
      const mate = pathOf(identity);
      this.#add("false-negative", path, mate, mateScore, threshold, other, otherScore);
    }
    for (const { path, topIdentity, topScore } of falsePositives(scores.nonMated, threshold)) {
      this.#add("false-positive", path, pathOf(topIdentity), topScore, threshold, "", undefined);
    }
  }

  toCsv(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  #add(
    kind: string,
    image: string,
    against: string,
    score: number,
    threshold: number,
    other: string,
    otherScore: number | undefined,
  ): void {
    const cells = [kind, quote(image), quote(against), decimals(score), decimals(threshold)];
    this.#lines.push([...cells, quote(other), decimals(otherScore)].join(","));
  }
}

function matedMisses(mated: readonly MatedResult[], threshold: number): MatedResult[] {
  return mated
    .filter((search) => hitScore(search) < threshold)
    .sort((left, right) => compare(left.mateScore, right.mateScore));
}

function falsePositives(nonMated: readonly NonMatedResult[], threshold: number): NonMatedResult[] {
  return nonMated
    .filter((search) => search.topScore >= threshold)
    .sort((left, right) => compare(right.topScore, left.topScore));
}

/** Like subtraction, but right for two infinities. */
function compare(left: number, right: number): number {
  return Number(left > right) - Number(left < right);
}

function decimals(score: number | undefined): string {
  return score === undefined || !Number.isFinite(score) ? "" : score.toFixed(4);
}

function quote(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { allowedErrors } from "./threshold.js";

/** Bins over the range of a cosine: a threshold is exact to 2/BINS = 4.8e-7, rounded up. */
const BINS = 2 ** 22;
const LOWEST = -1;
const HIGHEST = 1;

/**
 * Counts cosines in fine bins, so that the tail of billions of comparisons costs 32 MB and no
 * sorting. Scores beyond the range, by rounding, fall in its end bins.
 */
export class ScoreHistogram {
  readonly #bins = new Float64Array(BINS);
  #count = 0;
  #acquired = 0;
  #mean = 0;
  #squares = 0;

  /** @param score a cosine, or -Infinity for a comparison that could not be made */
  add(score: number): void {
    if (Number.isNaN(score)) throw new RangeError("a score is NaN");
    this.#count++;
    if (score === Number.NEGATIVE_INFINITY) return;
    const position = Math.floor(((score - LOWEST) / (HIGHEST - LOWEST)) * BINS);
    const bin = Math.min(BINS - 1, Math.max(0, position));
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
    this.#acquired++;
    const delta = score - this.#mean;
    this.#mean += delta / this.#acquired;
    this.#squares += delta * (score - this.#mean);
  }

  /** Comparisons added, failures included. */
  get count(): number {
    return this.#count;
  }

  /** Comparisons at or above a threshold, with the whole bin it lies in: never too few. */
  acceptedAt(threshold: number): number {
    const first = Math.floor(((threshold - LOWEST) / (HIGHEST - LOWEST)) * BINS);
    let accepted = 0;
    for (let bin = Math.max(0, first); bin < BINS; bin++) accepted += this.#bins[bin] ?? 0;
    return accepted;
  }

  /** Mean of the comparisons that could be made. */
  get mean(): number {
    return this.#acquired === 0 ? Number.NaN : this.#mean;
  }

  /** Their standard deviation (of the population). */
  get deviation(): number {
    return this.#acquired === 0 ? Number.NaN : Math.sqrt(this.#squares / this.#acquired);
  }

  /**
   * Thresholds at which at most each rate of the comparisons is accepted, highest rate first or
   * in any order; answers come in the order asked.
   */
  thresholdsAt(rates: readonly number[]): { threshold: number; accepted: number }[] {
    const order = rates.map((_, index) => index).sort((a, b) => (rates[a] ?? 0) - (rates[b] ?? 0));
    const answers = rates.map(() => ({ threshold: LOWEST, accepted: this.#acquired }));
    let bin = BINS - 1;
    let accepted = 0;
    for (const index of order) {
      const allowed = allowedErrors(rates[index] ?? 0, this.#count);
      while (bin >= 0 && accepted + (this.#bins[bin] ?? 0) <= allowed) {
        accepted += this.#bins[bin] ?? 0;
        bin--;
      }
      const threshold = LOWEST + ((bin + 1) / BINS) * (HIGHEST - LOWEST);
      answers[index] = { threshold, accepted };
    }
    return answers;
  }
}

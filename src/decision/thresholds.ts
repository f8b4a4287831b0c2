/**
 * False match rate of the embedder by threshold: [cosine, log10 of the FMR], measured on pairs of
 * different people. Cosines rise from row to row, and rates do not.
 */
export type CalibrationTable = readonly (readonly [cosine: number, log10Fmr: number])[];

/** What the operator has decided about thresholds, and what the model pack was measured to do. */
export interface DecisionPolicy {
  readonly calibration: CalibrationTable;
  /** Probability that a search for a person who is not enrolled gives a MATCH; 0 to 1, open. */
  readonly fpirTarget: number;
  /** The same for REVIEW or better. Counted as `fpirTarget` when it is below that. */
  readonly fpirReview: number;
  /** Probability that somebody new is suspected at enrolment to be somebody enrolled. */
  readonly fpirDuplicate: number;
  /**
   * Galleries with fewer persons get the threshold of this many: they grow, and a gallery of three
   * must not have a threshold that half the street reaches.
   */
  readonly galleryPersonsFloor: number;
}

export const FPIR_TARGET_DEFAULT = 0.003;
export const FPIR_REVIEW_DEFAULT = 0.01;
export const FPIR_DUPLICATE_DEFAULT = 0.01;
export const GALLERY_PERSONS_FLOOR_DEFAULT = 1000;

/** Cosines at and above which a candidate is a MATCH, or is for REVIEW. `review <= match`. */
export interface Thresholds {
  readonly match: number;
  readonly review: number;
}

/** No two unit vectors reach it but the same ones: a threshold here matches nobody. */
const COSINE_MAX = 1;
/** Stretch at the table's end, in factors of ten, whose slope carries the tail on. */
const TAIL_DECADES = 1;

/** What is wrong with a calibration table, or null. */
export function calibrationProblem(table: CalibrationTable): string | null {
  for (const [index, [cosine, log10Fmr]] of table.entries()) {
    if (!(cosine >= -1 && cosine <= COSINE_MAX)) return `row ${index + 1}: cosine beyond -1 to 1`;
    if (!(log10Fmr <= 0 && Number.isFinite(log10Fmr))) {
      return `row ${index + 1}: log10 of a rate must be finite and at most 0`;
    }
    const before = table[index - 1];
    if (before === undefined) continue;
    if (!(cosine > before[0])) return `row ${index + 1}: cosines must rise`;
    if (!(log10Fmr <= before[1])) return `row ${index + 1}: rates must not rise`;
  }
  return withoutPlateaus(table).length < 2 ? "needs at least two different rates" : null;
}

/** Of rows with one rate the last, so that rates strictly fall. */
function withoutPlateaus(table: CalibrationTable): CalibrationTable {
  return table.filter((row, index) => table[index + 1]?.[1] !== row[1]);
}

/** What is wrong with a policy, or null. For the start of the program. */
export function policyProblem(policy: DecisionPolicy): string | null {
  const calibration = calibrationProblem(policy.calibration);
  if (calibration !== null) return `calibration: ${calibration}`;
  const open = (probability: number) => probability > 0 && probability < 1;
  if (!open(policy.fpirTarget)) return "fpirTarget must lie between 0 and 1";
  if (!open(policy.fpirReview)) return "fpirReview must lie between 0 and 1";
  if (!open(policy.fpirDuplicate)) return "fpirDuplicate must lie between 0 and 1";
  if (!(policy.galleryPersonsFloor >= 1)) return "galleryPersonsFloor must be at least 1";
  return null;
}

/**
 * Rate at which one comparison may falsely match, for a search of N independent comparisons to do
 * so with probability `fpir`: 1 - (1 - fpir)^(1/N).
 */
export function fmrForFpir(fpir: number, persons: number): number {
  return -Math.expm1(Math.log1p(-fpir) / persons);
}

/**
 * The cosine at which the table's false match rate is this. Between rows log-linear. Below the
 * table's lowest rate the tail goes on as over its last factor of ten: an impostor distribution
 * falls ever more steeply, so this errs to a higher threshold. Above its highest rate, the first
 * row's cosine: never below what was measured.
 */
export function cosineForFmr(table: CalibrationTable, log10Fmr: number): number {
  const first = table[0];
  const last = table[table.length - 1];
  if (first === undefined || last === undefined) throw new Error("the calibration is empty");
  if (log10Fmr >= first[1]) return first[0];
  if (log10Fmr < last[1]) {
    const beyond = last[0] + (last[1] - log10Fmr) * tailCosinesPerDecade(table);
    return Math.min(COSINE_MAX, beyond);
  }
  let below = first;
  for (const row of table) {
    if (row[1] <= log10Fmr) {
      const part = (below[1] - log10Fmr) / (below[1] - row[1]);
      return below[0] + part * (row[0] - below[0]);
    }
    below = row;
  }
  return last[0];
}

/** Cosine per factor of ten in the rate, over the end of the table. Single rows there are noisy. */
function tailCosinesPerDecade(table: CalibrationTable): number {
  const rows = withoutPlateaus(table);
  const end = rows[rows.length - 1];
  if (end === undefined) throw new Error("the calibration is empty");
  const isFarEnough = ([, rate]: (typeof rows)[number]) => rate - end[1] >= TAIL_DECADES;
  const start = rows.findLast(isFarEnough) ?? rows[0] ?? end;
  return (end[0] - start[0]) / (start[1] - end[1]);
}

/**
 * The thresholds in force for one search.
 * @param policy one without a `policyProblem`
 * @param persons in the gallery searched
 * @param requested the caller's own threshold; it can only raise the one for a MATCH. Candidates
 *   between policy's review threshold and it are for REVIEW.
 */
export function thresholdsFor(
  policy: DecisionPolicy,
  persons: number,
  requested: number | null = null,
): Thresholds {
  const counted = Math.max(persons, policy.galleryPersonsFloor);
  const cosine = (fpir: number) =>
    cosineForFmr(policy.calibration, Math.log10(fmrForFpir(fpir, counted)));
  const match = cosine(policy.fpirTarget);
  const review = cosine(Math.max(policy.fpirReview, policy.fpirTarget));
  const raised = requested !== null && requested > match;
  return { match: raised ? Math.min(requested, COSINE_MAX) : match, review };
}

/**
 * Cosine at and above which a new face is suspected to be of somebody enrolled.
 * @param policy one without a `policyProblem`
 * @param persons enrolled, in whatever gallery
 */
export function duplicateThresholdFor(policy: DecisionPolicy, persons: number): number {
  const counted = Math.max(persons, policy.galleryPersonsFloor);
  const fmr = fmrForFpir(policy.fpirDuplicate, counted);
  return cosineForFmr(policy.calibration, Math.log10(fmr));
}

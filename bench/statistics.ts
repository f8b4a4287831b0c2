/** @throws RangeError without values */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) {
    throw new RangeError("there is no median of nothing");
  }
  return (low + high) / 2;
}

/** The value that this share of them does not exceed; NaN of nothing. @param share 0 to 1 */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.max(0, Math.ceil(sorted.length * share) - 1);
  return sorted[Math.min(sorted.length - 1, at)] ?? Number.NaN;
}

/** A straight line through points, by least squares. */
export interface Slope {
  /** Units of y for one of x. */
  readonly slope: number;
  /** Of the slope, widened for neighbours that resemble one another. */
  readonly standardError: number;
}

/**
 * The slope of y over x with its standard error. Samples of a memory or of a latency follow one
 * another closely, so the error is widened by their lag-1 autocorrelation r, as if there were only
 * n (1 - r) / (1 + r) of them (Santer et al., 2000).
 *
 * @param points in rising x, 3 or more
 * @throws RangeError for fewer
 */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): Slope {
  const count = points.length;
  if (count < 3) throw new RangeError(`a slope needs 3 points, there are ${count}`);
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residuals = points.map(({ x, y }) => y - meanY - slope * (x - meanX));
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  const next = residuals.slice(1).reduce((sum, r, at) => sum + r * (residuals[at] as number), 0);
  const lag = squares === 0 ? 0 : Math.min(0.99, Math.max(0, next / squares));
  const independent = Math.max(3, (count * (1 - lag)) / (1 + lag));
  return { slope, standardError: Math.sqrt(squares / (independent - 2) / spread) };
}

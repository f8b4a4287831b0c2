/** The anchor boxes of an SSD detector; pixels of its input. */
export interface PriorSpec {
  /** Pixels between cells, one for each level, ascending. */
  readonly strides: readonly number[];
  /** Sides of the square anchors of each level, pixels. */
  readonly minSizes: ReadonlyArray<readonly number[]>;
}

/** Centre x, centre y and side of each anchor, pixels: `count * 3` floats. */
export interface Priors {
  readonly count: number;
  readonly values: Float32Array;
}

/**
 * Anchors for an input of any size, in the order of the detector's outputs: level by level, cells
 * row by row, sizes within a cell. A level has ceil(side / stride) cells along a side, because each
 * halving convolution rounds up.
 */
export function makePriors(width: number, height: number, spec: PriorSpec): Priors {
  const values: number[] = [];
  spec.strides.forEach((stride, level) => {
    const sizes = spec.minSizes[level] ?? [];
    const columns = Math.ceil(width / stride);
    const rows = Math.ceil(height / stride);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        for (const size of sizes) {
          values.push((column + 0.5) * stride, (row + 0.5) * stride, size);
        }
      }
    }
  });
  return { count: values.length / 3, values: Float32Array.from(values) };
}

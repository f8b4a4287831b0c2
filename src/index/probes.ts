import { createGaussian, makeUnit } from "./random.js";
import type { Rows } from "./rows.js";

/** Rows that a direction is mixed of: each alone has no more than an impostor's part in it. */
const mixedRows = 32;
/** Cosines of a mated probe and its template: face models give about these. */
const matedMean = 0.6;
const matedDeviation = 0.1;
const matedMin = 0.3;
const matedMax = 0.9;

/**
 * Draws probes from the rows below an end. The two kinds take turns: mated ones, a template with
 * noise; and non-mated ones, whose best match is an impostor. The latter are the harder to search
 * for, and their top scores set the threshold. The noise, too, is mixed of rows: noise of another
 * shape than the gallery's would make a search easier than it is.
 */
export interface ProbeDraw {
  /**
   * Writes a probe of length 1 into `vector`, which the caller zeroes after use.
   * @returns the template that a mated probe is near to; null for one that is near to none
   */
  draw(vector: Float32Array, end: number): string | null;
}

export function createProbeDraw(rows: Rows, uniform: () => number): ProbeDraw {
  const gaussian = createGaussian(uniform);
  let isMated = false;

  /** A random mixture, of length 1. */
  function mix(vector: Float32Array, end: number): void {
    vector.fill(0);
    for (let i = 0; i < mixedRows; i += 1) {
      const row = rows.vectorOf(Math.floor(uniform() * end));
      const weight = gaussian();
      for (let j = 0; j < vector.length; j += 1) {
        vector[j] = (vector[j] as number) + weight * (row[j] as number);
      }
    }
    makeUnit(vector);
  }

  /** Turns the direction until its cosine with the row is about that of a mated pair. */
  function bringNear(vector: Float32Array, row: Float32Array): void {
    const wanted = matedMean + matedDeviation * gaussian();
    const cosine = Math.min(matedMax, Math.max(matedMin, wanted));
    let along = 0;
    for (let j = 0; j < row.length; j += 1) along += (vector[j] as number) * (row[j] as number);
    for (let j = 0; j < row.length; j += 1) {
      vector[j] = (vector[j] as number) - along * (row[j] as number);
    }
    makeUnit(vector);
    const across = Math.sqrt(1 - cosine * cosine);
    for (let j = 0; j < row.length; j += 1) {
      vector[j] = across * (vector[j] as number) + cosine * (row[j] as number);
    }
    makeUnit(vector);
  }

  return {
    draw(vector, end) {
      isMated = !isMated;
      mix(vector, end);
      if (!isMated) return null;
      const row = Math.floor(uniform() * end);
      bringNear(vector, rows.vectorOf(row));
      return rows.templateAt(row);
    },
  };
}

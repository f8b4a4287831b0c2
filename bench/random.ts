/**
 * A small seeded generator, so that a bench's resampling gives the same intervals every time.
 * sfc32, by Chris Doty-Humphrey (PractRand, public domain); not for anything secret.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, limit). @param limit 1 to 2^32 */
  below(limit: number): number;
}

/** Rounds that are thrown away so that near seeds give unlike sequences. */
const WARM_UP_ROUNDS = 16;

/** @param seed any integer; the same seed gives the same sequence on every machine */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  function next32(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next32();
  return {
    next: () => next32() / 2 ** 32,
    below: (limit) => Math.floor((next32() / 2 ** 32) * limit),
  };
}

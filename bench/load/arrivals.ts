import { seededRandom } from "../random.js";

/** How requests arrive in an open loop. */
export type ArrivalKind = "poisson" | "fixed";

/**
 * The times at which requests arrive, milliseconds after the start, rising, without end. They do
 * not depend on answers: a server that falls behind meets them all the same.
 *
 * @param perSecond mean rate, above 0
 * @throws RangeError for a rate that is none
 */
export function* arrivals(kind: ArrivalKind, perSecond: number, seed: number): Generator<number> {
  if (!(perSecond > 0 && Number.isFinite(perSecond))) {
    throw new RangeError(`${perSecond} a second is no rate`);
  }
  const meanMs = 1_000 / perSecond;
  const random = seededRandom(seed);
  let at = 0;
  for (;;) {
    at += kind === "fixed" ? meanMs : -Math.log(1 - random.next()) * meanMs;
    yield at;
  }
}

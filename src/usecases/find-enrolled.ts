import type { Permit } from "../base/permit.js";
import type { Candidate } from "../index/port.js";
import type { Engine } from "./engine.js";
import type { IdentifiedCandidate } from "./identify.js";
import { refer } from "./refer.js";

/** Most candidates that one search of the index gives. */
const CANDIDATES_MAX = 100;
const GROWTH = 4;

/**
 * The candidates that are still enrolled, best first. When somebody drops out (erased meanwhile,
 * or past the retention deadline), the search is widened, so that nobody hides those behind them.
 * @param found what the first search gave
 * @param wanted candidates it asked for, 2 to 100
 * @param scoreMin candidates below it are of no interest
 */
export async function findEnrolled(
  engine: Pick<Engine, "index" | "owners" | "vault" | "clock">,
  permit: Permit,
  search: { readonly galleryId: string; readonly vector: Float32Array; readonly scoreMin: number },
  found: readonly Candidate[],
  wanted: number,
  signal: AbortSignal,
): Promise<readonly IdentifiedCandidate[]> {
  let candidates = found;
  let asked = wanted;
  for (;;) {
    const near = candidates.filter(({ score }) => score >= search.scoreMin);
    const enrolled = await refer(engine, near);
    const mayBeMore = near.length === asked && asked < CANDIDATES_MAX;
    if (enrolled.length >= wanted || !mayBeMore) return enrolled;
    asked = Math.min(asked * GROWTH, CANDIDATES_MAX);
    const { galleryId, vector } = search;
    [candidates = []] = await engine.index.search(permit, galleryId, [vector], asked, signal);
  }
}

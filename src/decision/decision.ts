import type { Thresholds } from "./thresholds.js";

/** A person found, with the cosine of their best template. */
export interface ScoredPerson {
  readonly personId: string;
  /** -1 to 1. */
  readonly score: number;
}

export const decisions = ["MATCH", "NO_MATCH", "REVIEW"] as const;
export type DecisionName = (typeof decisions)[number];

/** Why a person must look. */
export const reviewReasons = [
  /** The best candidate reaches the review threshold, and not the other. */
  "BELOW_THRESHOLD",
  /** The face is too poor to be decided by machine. */
  "QUALITY_POOR",
  /** Two people reach the threshold and are nearly tied: lookalikes, twins, or one enrolled twice. */
  "RIVAL_CLOSE",
] as const;
export type ReviewReason = (typeof reviewReasons)[number];

/** What was decided about one face. */
export interface FaceDecision<Candidate extends ScoredPerson = ScoredPerson> {
  readonly decision: DecisionName;
  /** The person of a MATCH, else null. */
  readonly personId: string | null;
  /** Best first, one for each person, none below the review threshold, at most `topK`. */
  readonly candidates: readonly Candidate[];
  /** Empty unless the decision is REVIEW. */
  readonly reviewReasons: readonly ReviewReason[];
}

/**
 * Lead over the second person, in cosine, that a MATCH needs when both reach the threshold. About
 * one standard deviation of a mated score. Two strangers that both reach it are rare by the FPIR
 * target, so a generous margin costs little, and twins are never silently taken for each other.
 */
export const RIVAL_MARGIN_DEFAULT = 0.1;

/** Candidates that a search must ask for, even when fewer are listed: the best and its rival. */
export const CANDIDATES_SEARCHED_MIN = 2;

export interface DecideOptions {
  /** Candidates to list, at least 1. The rival counts even when it is not listed. */
  readonly topK: number;
  /** 0 to 2, in cosine; 0 leaves only exact ties to a person. Default `RIVAL_MARGIN_DEFAULT`. */
  readonly rivalMargin?: number;
}

/**
 * Decides one face. MATCH: the best candidate reaches the threshold, leads any rival that does by
 * the margin, and the face is fit for comparison. REVIEW: somebody reaches the review threshold,
 * but one of these fails. NO_MATCH: nobody reaches it, however poor the face: there is nobody
 * whom a person could look at.
 * @param candidates in any order; scores that are not numbers are dropped
 * @param qualityAcceptable true for an embedding, whose face nobody has seen
 */
export function decide<Candidate extends ScoredPerson>(
  candidates: readonly Candidate[],
  qualityAcceptable: boolean,
  thresholds: Thresholds,
  { topK, rivalMargin = RIVAL_MARGIN_DEFAULT }: DecideOptions,
): FaceDecision<Candidate> {
  const { match, review } = thresholds;
  if (!(review <= match)) throw new Error("the review threshold is above the threshold");
  const people = rank(candidates.filter(({ score }) => score >= review));
  const [best, rival] = people;
  if (best === undefined) {
    return { decision: "NO_MATCH", personId: null, candidates: [], reviewReasons: [] };
  }
  const listed = people.slice(0, Math.max(1, topK));
  const tied =
    rival !== undefined &&
    rival.score >= match &&
    (best.score === rival.score || best.score - rival.score < rivalMargin);
  const reasons: ReviewReason[] = [];
  if (best.score < match) reasons.push("BELOW_THRESHOLD");
  if (!qualityAcceptable) reasons.push("QUALITY_POOR");
  if (tied) reasons.push("RIVAL_CLOSE");
  if (reasons.length > 0) {
    return { decision: "REVIEW", personId: null, candidates: listed, reviewReasons: reasons };
  }
  return { decision: "MATCH", personId: best.personId, candidates: listed, reviewReasons: [] };
}

/** Best first, each person once. Equal scores by id, so that the order does not depend on luck. */
function rank<Candidate extends ScoredPerson>(
  candidates: readonly Candidate[],
): readonly Candidate[] {
  const sorted = [...candidates].sort(
    (a, b) => b.score - a.score || (a.personId < b.personId ? -1 : 1),
  );
  const seen = new Set<string>();
  return sorted.filter(({ personId }) => {
    if (seen.has(personId)) return false;
    seen.add(personId);
    return true;
  });
}

import type { Candidate } from "./port.js";
import type { Rows } from "./rows.js";

/**
 * The k best persons seen so far, best first: each once, with the best of their templates. Equal
 * scores are ordered by personId, equal templates of a person by templateId, so that an answer
 * does not depend on the order in which rows were seen.
 */
export interface TopPersons {
  /** Forgets everything and looks for the best k of those that score `atLeast`. */
  reset(k: number, atLeast?: number): void;
  /** The lowest score that can still change the answer; `atLeast` until there are k. */
  readonly floor: number;
  /** Considers one row of the gallery. */
  offer(score: number, row: number): void;
  take(): Candidate[];
}

/** A collector over one gallery's rows, to be used again for every query. */
export function createTopPersons(rows: Rows): TopPersons {
  let best: Candidate[] = [];
  let k = 1;
  let floor = Number.NEGATIVE_INFINITY;

  function offer(score: number, row: number): void {
    if (score < floor) return;
    const candidate = { personId: rows.personAt(row), templateId: rows.templateAt(row), score };
    const seen = best.findIndex((other) => other.personId === candidate.personId);
    if (seen >= 0) {
      if (!isBetterTemplate(candidate, best[seen] as Candidate)) return;
      best.splice(seen, 1);
    }
    let place = best.length;
    while (place > 0 && isBetterPerson(candidate, best[place - 1] as Candidate)) place -= 1;
    if (place >= k) return;
    best.splice(place, 0, candidate);
    if (best.length > k) best.pop();
    if (best.length === k) floor = (best[k - 1] as Candidate).score;
  }

  return {
    reset(wanted, atLeast = Number.NEGATIVE_INFINITY) {
      best = [];
      k = wanted;
      floor = atLeast;
    },
    get floor() {
      return floor;
    },
    offer,
    take: () => best,
  };
}

function isBetterTemplate(one: Candidate, other: Candidate): boolean {
  if (one.score !== other.score) return one.score > other.score;
  return one.templateId < other.templateId;
}

function isBetterPerson(one: Candidate, other: Candidate): boolean {
  if (one.score !== other.score) return one.score > other.score;
  return one.personId < other.personId;
}

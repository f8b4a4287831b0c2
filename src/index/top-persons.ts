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
  /** No row may have moved since it was offered. */
  take(): Candidate[];
}

/** A row and its score. Ids become texts only for what is answered. */
interface Scored {
  readonly row: number;
  readonly score: number;
}

/** A collector over one gallery's rows, to be used again for every query. */
export function createTopPersons(rows: Rows): TopPersons {
  let best: Scored[] = [];
  let k = 1;
  let floor = Number.NEGATIVE_INFINITY;

  function isBetterTemplate(one: Scored, other: Scored): boolean {
    if (one.score !== other.score) return one.score > other.score;
    return rows.compareTemplates(one.row, other.row) < 0;
  }

  function isBetterPerson(one: Scored, other: Scored): boolean {
    if (one.score !== other.score) return one.score > other.score;
    return rows.comparePersons(one.row, other.row) < 0;
  }

  function offer(score: number, row: number): void {
    if (score < floor) return;
    const scored = { row, score };
    const seen = best.findIndex((other) => rows.comparePersons(other.row, row) === 0);
    if (seen >= 0) {
      if (!isBetterTemplate(scored, best[seen] as Scored)) return;
      best.splice(seen, 1);
    }
    let place = best.length;
    while (place > 0 && isBetterPerson(scored, best[place - 1] as Scored)) place -= 1;
    if (place >= k) return;
    best.splice(place, 0, scored);
    if (best.length > k) best.pop();
    if (best.length === k) floor = (best[k - 1] as Scored).score;
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
    take: () =>
      best.map(({ row, score }) => {
        return { personId: rows.personAt(row), templateId: rows.templateAt(row), score };
      }),
  };
}

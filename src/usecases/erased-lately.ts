/** Persons remembered; an answer that waited for longer than they took is not given. */
const REMEMBERED_MAX = 100_000;

/**
 * Who was erased lately, so that an answer that was ready before an erasure is not given after it:
 * one of a batch waits for the others, one of a stream for its caller to read.
 */
export interface ErasedLately {
  /** Grows with each erasure. */
  readonly position: number;
  /** Notes rows of persons whose erasure is stored, before anybody hears of that. */
  note(personIds: readonly string[]): void;
  /** Whether any of them was erased after that position; also when that is not known any more. */
  hasAny(personIds: readonly string[], position: number): boolean;
}

export function createErasedLately(rememberedMax: number = REMEMBERED_MAX): ErasedLately {
  /** When each was erased; the first is the one erased first. */
  const positions = new Map<string, number>();
  let position = 0;
  /** Of erasures up to here not all are remembered. */
  let forgotten = 0;

  function forgetOldest(): void {
    for (const [personId, at] of positions) {
      if (positions.size <= rememberedMax) return;
      positions.delete(personId);
      forgotten = at;
    }
  }

  return {
    get position() {
      return position;
    },
    note(personIds) {
      for (const personId of personIds) {
        position += 1;
        positions.delete(personId);
        positions.set(personId, position);
      }
      forgetOldest();
    },
    hasAny(personIds, since) {
      if (since === position || personIds.length === 0) return false;
      if (since < forgotten) return true;
      return personIds.some((personId) => (positions.get(personId) ?? 0) > since);
    },
  };
}

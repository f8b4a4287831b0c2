/** Many deadlines on one timer: none is set or cleared for each of them. */
export interface Deadlines {
  /**
   * Calls back once `atMs` of `performance.now()` has passed, unless it was forgotten by then.
   * @returns forgets it
   */
  watch(atMs: number, expire: () => void): () => void;
  /** Forgets all of them. */
  clear(): void;
}

interface Watched {
  readonly atMs: number;
  readonly expire: () => void;
}

export function createDeadlines(): Deadlines {
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;
  let timerAtMs = Number.POSITIVE_INFINITY;

  function arm(atMs: number): void {
    clearTimeout(timer);
    timerAtMs = atMs;
    timer = setTimeout(fire, Math.max(0, Math.ceil(atMs - performance.now())));
  }

  function disarm(): void {
    clearTimeout(timer);
    timerAtMs = Number.POSITIVE_INFINITY;
  }

  /** Those that came in time stay; what is forgotten meanwhile may let it go off for nothing. */
  function fire(): void {
    timerAtMs = Number.POSITIVE_INFINITY;
    const nowMs = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const one of [...watched]) {
      if (one.atMs <= nowMs) {
        watched.delete(one);
        one.expire();
      } else next = Math.min(next, one.atMs);
    }
    if (next < timerAtMs) arm(next);
  }

  return {
    watch(atMs, expire) {
      const one = { atMs, expire };
      watched.add(one);
      if (atMs < timerAtMs) arm(atMs);
      return () => void watched.delete(one);
    },
    clear() {
      watched.clear();
      disarm();
    },
  };
}

/** Those who wait for the filing to change. */
export interface Watchers {
  /** Tells what distinguishes the present status; wakes who waits when that is something new. */
  tell(key: string): void;
  /**
   * Resolves when what was told is another than `seen`, after `atMostMs`, when `signal` aborts, or
   * when the watching ends.
   */
  wait(seen: string, atMostMs: number, signal: AbortSignal): Promise<void>;
  readonly ended: boolean;
  /** Ends the watching for good: the server drains. */
  end(): void;
}

export function createWatchers(): Watchers {
  const waiting = new Set<() => void>();
  let key = "";
  let ended = false;
  const wakeAll = () => {
    for (const wake of waiting) wake();
  };
  return {
    tell(next) {
      if (next === key) return;
      key = next;
      wakeAll();
    },
    async wait(seen, atMostMs, signal) {
      if (seen !== key || ended || signal.aborted) return;
      let timer: NodeJS.Timeout | undefined;
      let wake = () => {};
      await new Promise<void>((resolve) => {
        wake = resolve;
        waiting.add(wake);
        timer = setTimeout(wake, atMostMs).unref();
        signal.addEventListener("abort", wake, { once: true });
      });
      clearTimeout(timer);
      waiting.delete(wake);
      signal.removeEventListener("abort", wake);
    },
    get ended() {
      return ended;
    },
    end() {
      ended = true;
      wakeAll();
    },
  };
}

/** Lets any number wait until something has changed. */
export interface Bell {
  /** Resolves at the next ring. */
  wait(): Promise<void>;
  ring(): void;
}

export function createBell(): Bell {
  let waiting: (() => void)[] = [];
  return {
    wait: () => new Promise<void>((resolve) => waiting.push(resolve)),
    ring() {
      if (waiting.length === 0) return;
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve();
    },
  };
}

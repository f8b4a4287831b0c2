import { ThreadLeft } from "./base/thread-left.js";

type Close = () => unknown;

/** What was opened, to be closed again. */
export interface Closers {
  push(close: Close): void;
  /** Adds what keeps records on the disk. */
  pushKeeper(close: Close): void;
  /**
   * Closes everything, the newest first, also when something of it fails.
   * @throws the first error, but ThreadLeft before any other
   */
  closeAll(): Promise<void>;
  /** Closes only what keeps records, the newest first, whatever else hangs. Never rejects. */
  closeKeepers(): Promise<void>;
}

export function createClosers(): Closers {
  const all: Close[] = [];
  const keepers: Close[] = [];
  return {
    push: (close) => void all.push(close),
    pushKeeper(close) {
      let closed: Promise<unknown> | null = null;
      const once = () => {
        closed ??= Promise.resolve().then(close);
        return closed;
      };
      all.push(once);
      keepers.push(once);
    },
    async closeAll() {
      const failures: unknown[] = [];
      for (let close = all.pop(); close !== undefined; close = all.pop()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length === 0) return;
      throw failures.find((error) => error instanceof ThreadLeft) ?? failures[0];
    },
    async closeKeepers() {
      for (const close of keepers.toReversed())
        await Promise.resolve(close()).catch(() => undefined);
    },
  };
}

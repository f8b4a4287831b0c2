import { type SpawnWorker, startThread, type Thread } from "./thread.js";

export interface RosterOptions {
  readonly workers: number;
  readonly spawn: SpawnWorker;
  /** A thread takes work: at the start, or in the place of a lost one. */
  readonly onStarted: () => void;
  /** A thread that took work is gone; another is being started. */
  readonly onLost: (cause: unknown) => void;
  /** No thread is left and a new one could not start; it is tried again after the wait. */
  readonly onNoneLeft: (cause: unknown, waitMs: number) => void;
}

/** Keeps a number of threads alive: one that ends is replaced. */
export interface Roster {
  readonly size: number;
  /** A thread without work, now the caller's, if there is one. */
  take(): Thread | undefined;
  giveBack(thread: Thread): void;
  close(): Promise<void>;
}

/** Wait before a worker that could not start is started again; doubled each time. */
const restartMsFirst = 100;
const restartMsMax = 10_000;

/** Starts the threads; rejects with why one of them cannot take work. */
export async function startRoster(options: RosterOptions): Promise<Roster> {
  const { workers, spawn, onStarted, onLost, onNoneLeft } = options;
  const threads = new Set<Thread>();
  const idle: Thread[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let closing = false;

  function enlist(): Thread {
    const thread = startThread(spawn);
    threads.add(thread);
    return thread;
  }

  function takeOn(thread: Thread): void {
    idle.push(thread);
    void thread.ended.then((cause) => lose(thread, cause));
    onStarted();
  }

  function lose(thread: Thread, cause: unknown): void {
    threads.delete(thread);
    const at = idle.indexOf(thread);
    if (at >= 0) idle.splice(at, 1);
    if (closing) return;
    onLost(cause);
    replace(restartMsFirst);
  }

  /** A fresh worker at once; after that with growing waits, for as long as it cannot start. */
  function replace(waitMs: number): void {
    const thread = enlist();
    thread.ready.then(
      () => takeOn(thread),
      (cause: unknown) => {
        threads.delete(thread);
        void thread.terminate();
        if (closing) return;
        if (threads.size === 0) onNoneLeft(cause, waitMs);
        const timer = setTimeout(() => {
          timers.delete(timer);
          replace(Math.min(restartMsMax, waitMs * 2));
        }, waitMs);
        timers.add(timer);
      },
    );
  }

  async function close(): Promise<void> {
    closing = true;
    for (const timer of timers) clearTimeout(timer);
    await Promise.all([...threads].map((thread) => thread.terminate()));
  }

  const first = Array.from({ length: workers }, enlist);
  try {
    await Promise.all(first.map(({ ready }) => ready));
  } catch (thrown) {
    await close();
    throw thrown;
  }
  for (const thread of first) takeOn(thread);

  return {
    get size() {
      return threads.size;
    },
    take: () => idle.shift(),
    giveBack(thread) {
      if (threads.has(thread)) idle.push(thread);
    },
    close,
  };
}

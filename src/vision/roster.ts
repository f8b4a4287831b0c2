import { ThreadLeft } from "../base/thread-left.js";
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
  /**
   * A thread that takes too long over its job leaves, and another takes its place: as many may be
   * away as there are workers, and beyond that one must return first. It ends when it returns.
   */
  setAside(thread: Thread): void;
  /** Ends the threads, each when it is idle. @throws ThreadLeft when one works on for 10 s */
  close(): Promise<void>;
}

/** Wait before a worker that could not start is started again; doubled each time. */
const restartMsFirst = 100;
const restartMsMax = 10_000;

/** How long a closing roster waits for threads that are at work. */
const closeMsMax = 10_000;

/** Waits for all of them to be gone. @throws ThreadLeft */
async function endAll(threads: readonly Thread[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      for (const thread of threads) thread.unref();
      reject(new ThreadLeft("vision", closeMsMax));
    }, closeMsMax);
  });
  try {
    await Promise.race([Promise.all(threads.map((thread) => thread.end())), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts the threads; rejects with why one of them cannot take work. */
export async function startRoster(options: RosterOptions): Promise<Roster> {
  const { workers, spawn, onStarted, onLost, onNoneLeft } = options;
  const threads = new Set<Thread>();
  const strays = new Set<Thread>();
  const idle: Thread[] = [];
  const timers = new Set<NodeJS.Timeout>();
  /** Threads to be started when strays return. */
  let owed = 0;
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
    if (!threads.delete(thread)) return;
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
        void thread.end();
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

  function setAside(thread: Thread): void {
    if (!threads.delete(thread)) return;
    strays.add(thread);
    void thread.end().then(() => {
      strays.delete(thread);
      if (owed === 0 || closing) return;
      owed -= 1;
      replace(restartMsFirst);
    });
    if (strays.size <= workers) replace(restartMsFirst);
    else owed += 1;
  }

  async function close(): Promise<void> {
    closing = true;
    for (const timer of timers) clearTimeout(timer);
    await endAll([...threads, ...strays]);
  }

  const first = Array.from({ length: workers }, enlist);
  try {
    await Promise.all(first.map(({ ready }) => ready));
  } catch (thrown) {
    closing = true;
    // The others may still be loading their models.
    await Promise.all(first.map((thread) => thread.end()));
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
    setAside,
    close,
  };
}

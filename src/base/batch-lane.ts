/**
 * Runs work one piece after another. Jobs of the common kind that wait share one run; what must be
 * alone goes before those that wait, and after it they have their turn.
 */
export interface BatchLane<Job, Outcome> {
  /** Runs `work` when nothing else runs: after one run of the jobs that wait, at most. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Adds a job to the next run. Rejects with the error that the run gave it. */
  together(job: Job): Promise<Outcome>;
}

/** What a run says of one job: how it ended, or why it failed. */
export type BatchOutcome<Outcome> =
  | { readonly ok: true; readonly value: Outcome }
  | { readonly ok: false; readonly error: unknown };

interface Waiting<Job, Outcome> {
  readonly job: Job;
  readonly resolve: (value: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param run does all jobs of one run, one outcome for each, in order; when it throws, every job
 *   of it fails with that error
 * @param jobsMax jobs of one run at most
 */
export function createBatchLane<Job, Outcome>(
  run: (jobs: readonly Job[]) => Promise<readonly BatchOutcome<Outcome>[]>,
  jobsMax: number,
): BatchLane<Job, Outcome> {
  const alone: (() => Promise<void>)[] = [];
  let waiting: Waiting<Job, Outcome>[] = [];
  let running = false;

  async function runTogether(): Promise<void> {
    const batch = waiting.slice(0, jobsMax);
    waiting = waiting.slice(batch.length);
    try {
      const outcomes = await run(batch.map(({ job }) => job));
      batch.forEach(({ resolve, reject }, at) => {
        const outcome = outcomes[at];
        if (outcome?.ok) resolve(outcome.value);
        else reject(outcome?.error ?? new Error("a run said nothing of a job"));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async function drain(): Promise<void> {
    // Lets the other jobs of this turn of the event loop join the first run.
    await Promise.resolve();
    while (alone.length > 0 || waiting.length > 0) {
      await alone.shift()?.();
      if (waiting.length > 0) await runTogether();
    }
    running = false;
  }

  function start(): void {
    if (running) return;
    running = true;
    void drain();
  }

  return {
    alone: (work) =>
      new Promise((resolve, reject) => {
        alone.push(() => work().then(resolve, reject));
        start();
      }),
    together: (job) =>
      new Promise((resolve, reject) => {
        waiting.push({ job, resolve, reject });
        start();
      }),
  };
}

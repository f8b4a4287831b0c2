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

/** A run of jobs that has begun. */
export interface RunUnderWay<Job, Outcome> {
  readonly jobs: readonly Job[];
  /** One for each job, in order; none when the run failed as a whole. Never rejects. */
  readonly outcomes: Promise<readonly BatchOutcome<Outcome>[]>;
}

/** What one run takes. */
export interface RunLimits<Job> {
  readonly jobsMax: number;
  /** Sum of the jobs' weights at most; a heavier job runs alone. */
  readonly weightMax: number;
  readonly weightOf: (job: Job) => number;
}

interface Waiting<Job, Outcome> {
  readonly job: Job;
  readonly resolve: (value: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Jobs of one run, with what was prepared for them. */
interface Batch<Job, Outcome, Prepared> {
  readonly batch: readonly Waiting<Job, Outcome>[];
  readonly prepared: Prepared | null;
}

/**
 * @param run does all jobs of one run, one outcome for each, in order; when it throws, every job
 *   of it fails with that error. It is given what `prepare` made for these jobs, or null
 * @param prepare called for the next run while one is under way, when there are jobs for a whole
 *   one. What it made is dropped when anything runs alone in between
 */
export function createBatchLane<Job, Outcome, Prepared = never>(
  run: (
    jobs: readonly Job[],
    prepared: Prepared | null,
  ) => Promise<readonly BatchOutcome<Outcome>[]>,
  limits: RunLimits<Job>,
  prepare?: (jobs: readonly Job[], before: RunUnderWay<Job, Outcome>) => Prepared,
): BatchLane<Job, Outcome> {
  const alone: (() => Promise<void>)[] = [];
  let waiting: Waiting<Job, Outcome>[] = [];
  let waitingWeight = 0;
  let running = false;
  let underWay: RunUnderWay<Job, Outcome> | null = null;
  let next: Batch<Job, Outcome, Prepared> | null = null;

  function take(): readonly Waiting<Job, Outcome>[] {
    const batch = waiting.slice(0, fitting(waiting, limits));
    waiting = waiting.slice(batch.length);
    for (const { job } of batch) waitingWeight -= limits.weightOf(job);
    return batch;
  }

  function lookAhead(): void {
    if (prepare === undefined || underWay === null || next !== null) return;
    if (waitingWeight < limits.weightMax && waiting.length < limits.jobsMax) return;
    const batch = take();
    const jobs = batch.map(({ job }) => job);
    next = { batch, prepared: prepare(jobs, underWay) };
  }

  async function runTogether(): Promise<void> {
    const { batch, prepared } = next ?? { batch: take(), prepared: null };
    next = null;
    const jobs = batch.map(({ job }) => job);
    try {
      const work = run(jobs, prepared);
      underWay = { jobs, outcomes: work.catch(() => []) };
      lookAhead();
      const outcomes = await work;
      batch.forEach(({ resolve, reject }, at) => {
        const outcome = outcomes[at];
        if (outcome?.ok) resolve(outcome.value);
        else reject(outcome?.error ?? new Error("a run said nothing of a job"));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      underWay = null;
    }
  }

  async function drain(): Promise<void> {
    // Lets the other jobs of this turn of the event loop join the first run.
    await Promise.resolve();
    while (alone.length > 0 || next !== null || waiting.length > 0) {
      const work = alone.shift();
      if (work !== undefined) {
        await work();
        if (next !== null) next = { ...next, prepared: null };
      }
      if (next !== null || waiting.length > 0) await runTogether();
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
        waitingWeight += limits.weightOf(job);
        start();
        lookAhead();
      }),
  };
}

/** How many from the front fit into one run; one at least. */
function fitting<Job>(
  waiting: readonly { readonly job: Job }[],
  { jobsMax, weightMax, weightOf }: RunLimits<Job>,
): number {
  let weight = 0;
  const end = waiting.findIndex(({ job }, at) => {
    weight += weightOf(job);
    return at > 0 && (at >= jobsMax || weight > weightMax);
  });
  return end < 0 ? waiting.length : end;
}

/** Jobs that wait, each of one flow; flows take turns, and each keeps its own order. */
export interface FairQueue<Job> {
  readonly size: number;
  /** Puts a job behind those of its flow. */
  push(flow: string, job: Job): void;
  /** Puts a job before those of its flow. */
  unshift(flow: string, job: Job): void;
  /** The next job of the flow that has waited longest for its turn, of those that may have one. */
  take(may: (flow: string) => boolean): Job | undefined;
  remove(flow: string, job: Job): void;
  /** Takes the newest job of the longest flow, when that is longer than this one. */
  evictFor(flow: string): Job | undefined;
  /** Takes all of them. */
  clear(): readonly Job[];
}

export function createFairQueue<Job>(): FairQueue<Job> {
  // In the order of their turns. A flow without jobs is not in it.
  const flows = new Map<string, Job[]>();
  let size = 0;

  function waitingOf(flow: string): Job[] {
    const jobs = flows.get(flow) ?? [];
    flows.set(flow, jobs);
    return jobs;
  }

  function forgetIfEmpty(flow: string, jobs: readonly Job[]): void {
    if (jobs.length === 0) flows.delete(flow);
  }

  return {
    get size() {
      return size;
    },
    push(flow, job) {
      waitingOf(flow).push(job);
      size += 1;
    },
    unshift(flow, job) {
      waitingOf(flow).unshift(job);
      size += 1;
    },
    take(may) {
      for (const [flow, jobs] of flows) {
        if (!may(flow)) continue;
        const job = jobs.shift();
        size -= 1;
        // To the end of the turns.
        flows.delete(flow);
        if (jobs.length > 0) flows.set(flow, jobs);
        return job;
      }
      return undefined;
    },
    remove(flow, job) {
      const jobs = flows.get(flow) ?? [];
      const at = jobs.indexOf(job);
      if (at < 0) return;
      jobs.splice(at, 1);
      size -= 1;
      forgetIfEmpty(flow, jobs);
    },
    evictFor(flow) {
      let longest: { readonly flow: string; readonly jobs: Job[] } | null = null;
      let most = flows.get(flow)?.length ?? 0;
      for (const [name, jobs] of flows) {
        if (jobs.length <= most) continue;
        most = jobs.length;
        longest = { flow: name, jobs };
      }
      const evicted = longest?.jobs.pop();
      if (longest === null || evicted === undefined) return undefined;
      size -= 1;
      forgetIfEmpty(longest.flow, longest.jobs);
      return evicted;
    },
    clear() {
      const all = [...flows.values()].flat();
      flows.clear();
      size = 0;
      return all;
    },
  };
}

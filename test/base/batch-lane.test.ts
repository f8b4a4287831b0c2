import { describe, expect, it } from "vitest";
import { createBatchLane } from "../../src/base/batch-lane.js";

const doubled = async (jobs: readonly number[]) =>
  jobs.map((job) => ({ ok: true as const, value: job * 2 }));

describe("createBatchLane()", () => {
  it("puts jobs that wait into one run, in order, and gives each its own outcome", async () => {
    const runs: (readonly number[])[] = [];
    const lane = createBatchLane(
      (jobs: readonly number[]) => {
        runs.push(jobs);
        return doubled(jobs);
      },
      { jobsMax: 3, weightMax: 100, weightOf: () => 1 },
    );
    expect(await Promise.all([1, 2, 3, 4, 5].map((job) => lane.together(job)))).toEqual([
      2, 4, 6, 8, 10,
    ]);
    expect(runs).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it("takes no more than their weight allows, and a heavy one alone", async () => {
    const runs: (readonly number[])[] = [];
    const lane = createBatchLane(
      (jobs: readonly number[]) => {
        runs.push(jobs);
        return doubled(jobs);
      },
      { jobsMax: 10, weightMax: 5, weightOf: (job) => job },
    );
    await Promise.all([2, 2, 2, 9, 1, 4].map((job) => lane.together(job)));
    expect(runs).toEqual([[2, 2], [2], [9], [1, 4]]);
  });

  it("runs one thing at a time, what is alone before the jobs that wait, which have their turn", async () => {
    const log: string[] = [];
    const lane = createBatchLane(
      async (jobs: readonly string[]) => {
        log.push(`run ${jobs.join("+")}`);
        await Promise.resolve();
        log.push("ran");
        return jobs.map((value) => ({ ok: true as const, value }));
      },
      { jobsMax: 1, weightMax: 100, weightOf: () => 1 },
    );
    const alone = (name: string) =>
      lane.alone(async () => {
        log.push(name);
        await Promise.resolve();
        log.push(`${name} done`);
      });
    await Promise.all([lane.together("a"), lane.together("b"), alone("x"), alone("y")]);
    expect(log).toEqual([...["x", "x done", "run a", "ran"], ...["y", "y done", "run b", "ran"]]);
  });

  it("prepares the next run while one is under way, when there are jobs for a whole one", async () => {
    const log: string[] = [];
    const lane = createBatchLane(
      async (jobs: readonly string[], prepared: string | null) => {
        log.push(`run ${jobs.join("+")}: ${prepared}`);
        await Promise.resolve();
        log.push("ran");
        return jobs.map((value) => ({ ok: true as const, value }));
      },
      { jobsMax: 2, weightMax: 100, weightOf: () => 1 },
      (jobs, before) => {
        log.push(`prepare ${jobs.join("+")}`);
        return `after ${before.jobs.join("+")}`;
      },
    );
    await Promise.all([..."abcde"].map((job) => lane.together(job)));
    expect(log).toEqual([
      ...["run a+b: null", "prepare c+d", "ran"],
      ...["run c+d: after a+b", "ran", "run e: null", "ran"],
    ]);
  });

  it("prepares in vain when something ran alone in between", async () => {
    const log: string[] = [];
    const lane = createBatchLane(
      async (jobs: readonly string[], prepared: string | null) => {
        log.push(`run ${jobs.join("")}: ${prepared}`);
        if (jobs[0] === "a") void lane.alone(async () => void log.push("alone"));
        return jobs.map((value) => ({ ok: true as const, value }));
      },
      { jobsMax: 1, weightMax: 100, weightOf: () => 1 },
      () => "prepared",
    );
    await Promise.all([..."abc"].map((job) => lane.together(job)));
    expect(log).toEqual(["run a: null", "alone", "run b: null", "run c: prepared"]);
  });

  it("tells what is prepared how the run before ended, also when that failed", async () => {
    const ended: unknown[] = [];
    const lane = createBatchLane(
      async (jobs: readonly number[]) => {
        if (jobs[0] === 0) throw new Error("the run failed");
        return jobs.map((value) => ({ ok: true as const, value }));
      },
      { jobsMax: 1, weightMax: 100, weightOf: () => 1 },
      (_, { outcomes }) => void outcomes.then((all) => ended.push(all)),
    );
    await Promise.allSettled([0, 1, 2].map((job) => lane.together(job)));
    expect(ended).toEqual([[], [{ ok: true, value: 1 }]]);
  });

  it("gives a failure to whom it belongs, and goes on", async () => {
    const lane = createBatchLane(
      async (jobs: readonly number[]) => {
        if (jobs.includes(0)) throw new Error("the run failed");
        return jobs.map((value) =>
          value < 0
            ? { ok: false as const, error: new Error("bad") }
            : { ok: true as const, value },
        );
      },
      { jobsMax: 2, weightMax: 100, weightOf: () => 1 },
    );
    await expect(lane.alone(() => Promise.reject(new Error("alone")))).rejects.toThrow("alone");
    const jobs = [1, -1, 0, 2, 3].map((job) => lane.together(job));
    const settled = await Promise.allSettled(jobs);
    expect(settled.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { createBatchLane } from "../../src/base/batch-lane.js";

const doubled = async (jobs: readonly number[]) =>
  jobs.map((job) => ({ ok: true as const, value: job * 2 }));

describe("createBatchLane()", () => {
  it("puts jobs that wait into one run, in order, and gives each its own outcome", async () => {
    const runs: (readonly number[])[] = [];
    const lane = createBatchLane((jobs: readonly number[]) => {
      runs.push(jobs);
      return doubled(jobs);
    }, 3);
    expect(await Promise.all([1, 2, 3, 4, 5].map((job) => lane.together(job)))).toEqual([
      2, 4, 6, 8, 10,
    ]);
    expect(runs).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it("runs one thing at a time, what is alone before the jobs that wait, which have their turn", async () => {
    const log: string[] = [];
    const lane = createBatchLane(async (jobs: readonly string[]) => {
      log.push(`run ${jobs.join("+")}`);
      await Promise.resolve();
      log.push("ran");
      return jobs.map((value) => ({ ok: true as const, value }));
    }, 1);
    const alone = (name: string) =>
      lane.alone(async () => {
        log.push(name);
        await Promise.resolve();
        log.push(`${name} done`);
      });
    await Promise.all([lane.together("a"), lane.together("b"), alone("x"), alone("y")]);
    expect(log).toEqual([...["x", "x done", "run a", "ran"], ...["y", "y done", "run b", "ran"]]);
  });

  it("gives a failure to whom it belongs, and goes on", async () => {
    const lane = createBatchLane(async (jobs: readonly number[]) => {
      if (jobs.includes(0)) throw new Error("the run failed");
      return jobs.map((value) =>
        value < 0 ? { ok: false as const, error: new Error("bad") } : { ok: true as const, value },
      );
    }, 2);
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

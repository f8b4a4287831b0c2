import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { filingDeadlineCommand } from "../../src/cli/filing-deadline.js";
import { runCli } from "../../src/cli/program.js";
import { made2027 } from "../filing/calendars.js";
import { deadlineVectors, provisionalVector } from "../filing/vectors.js";
import { fakeSession, type Run } from "./harness.js";

let folder: string;
let known2027: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cordon-deadline-"));
  known2027 = await file("2027.yaml", stringify(made2027));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** The command alone, without the one that it belongs to. */
async function deadline(...args: readonly string[]): Promise<Run> {
  const { session, read } = fakeSession();
  const command = filingDeadlineCommand(session);
  const code = await runCli(["deadline", ...args], session, "0.0.0", [command]);
  return { code, ...read() };
}

describe("cordon filing deadline", () => {
  it.each(deadlineVectors)("answers for %s: %s", async (reached, day) => {
    const { code, out } = await deadline("--reached", reached, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      reached,
      countedFrom: reached,
      workingDays: 30,
      deadline: day,
      provisional: false,
      missingYears: [],
      horizon: "2026-12-31",
    });
  });

  it("tells people what was counted", async () => {
    const { code, out, err } = await deadline("--reached", "2025-09-15");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(
      lines([
        "reached          2025-09-15, Monday",
        "counted          30 working days, not the first day itself",
        "deadline         2025-10-31, Friday",
        "holidays         2025-10-01 2025-10-02 2025-10-03 2025-10-06 2025-10-07 2025-10-08",
        "weekends worked  2025-09-28 2025-10-11",
        "calendars        2025, 2026",
      ]),
    );
  });

  it("says that a deadline is provisional, and which year is missing", async () => {
    const { code, out } = await deadline("--reached", provisionalVector);
    expect(code).toBe(0);
    expect(out).toContain("deadline         2027-01-01, Friday - PROVISIONAL");
    expect(out).toContain("The calendar of 2027 is not known");
    const json = await deadline("--reached", provisionalVector, "--json");
    expect(JSON.parse(json.out)).toMatchObject({ provisional: true, missingYears: [2027] });
  });

  it("is sure once it is given the calendar", async () => {
    const { out } = await deadline("--reached", provisionalVector, "--calendar", known2027);
    expect(out).toContain("deadline         2027-01-04, Monday\n");
    expect(out).not.toContain("not known");
  });

  it("counts from the first day of the Measures what happened before them", async () => {
    const { out } = await deadline("--reached", "2024-01-15");
    expect(out).toContain("deadline         2025-07-14, Monday");
    expect(out).toContain("The Measures are in force since 2025-06-01");
  });

  it.each(["2025-02-30", "2025-6-1", "today", "", "2025-06-01T00:00:00Z", "99999-01-01"])(
    "takes %j for wrong usage",
    async (date) => {
      const { code, out, err } = await deadline("--reached", date);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain("Write a day that there is");
    },
  );

  it("takes no date for wrong usage", async () => {
    expect((await deadline()).code).toBe(2);
  });

  it("names every fault of every calendar", async () => {
    const wrong = await file("wrong.yaml", stringify({ ...made2027, work: ["01-26", "02-30"] }));
    const hole = await file("hole.yaml", stringify({ ...made2027, year: 2030, work: [] }));
    const args = ["--reached", "2026-11-20", "--calendar", wrong, "--calendar", hole];
    const { code, out, err } = await deadline(...args);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("wrong.yaml: work[0]: 2027-01-26 is a Tuesday");
    expect(err).toContain('wrong.yaml: work[1]: must be "MM-DD"');
    expect(err).toContain("hole.yaml: year: leaves a hole: the calendar of 2028 is not known");
    const json = await deadline(...args, "--json");
    expect(JSON.parse(json.out).error.message).toContain("a calendar cannot be used");
  });

  it("says so of a file that is not there, or too large", async () => {
    const nowhere = join(folder, "nowhere.yaml");
    const { code, err } = await deadline("--reached", "2026-11-20", "--calendar", nowhere);
    expect(code).toBe(1);
    expect(err).toContain("there is no such file");
    const large = await file("large.yaml", "#".repeat(1_000_000));
    const second = await deadline("--reached", "2026-11-20", "--calendar", large);
    expect(second.err).toContain("is larger than 64 KiB");
  });
});

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}

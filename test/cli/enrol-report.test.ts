import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EnrolResult, PersonFiles } from "../../src/cli/enrol-batch.js";
import type { EnrolOutcome } from "../../src/cli/enrol-outcome.js";
import { LINE_MS, startEnrolProgress } from "../../src/cli/enrol-progress.js";
import { reportEnrolment } from "../../src/cli/enrol-report.js";
import { openReport } from "../../src/cli/enrol-report-file.js";
import { CordonClientError } from "../../src/transport/client/error.js";
import { fakeSession } from "./harness.js";

function person(folder: string): PersonFiles {
  const none = { externalReference: "", files: [], age: {}, lawfulBasis: () => ({}) };
  return { ...none, folder, requestId: `r-${folder}`, displayName: folder };
}

function enrolled(folder: string, already = false): EnrolResult {
  const personId = `id-${folder}`;
  const more = { templates: 2, already, mergeId: "", bad: [] };
  return { enrolled: true, person: person(folder), personId, ...more };
}

function duplicate(folder: string): EnrolResult {
  const error = new CordonClientError({
    status: "ALREADY_EXISTS",
    reason: "DUPLICATE_SUSPECTED",
    message: 'This face, "alike", is enrolled.',
  });
  const suspects = [{ personId: "p-1", score: Math.fround(0.83) }];
  const bad: EnrolResult["bad"] = [];
  return { enrolled: false, person: person(folder), error, suspects, reviewId: "v-1", bad };
}

const outcome: EnrolOutcome = {
  results: [enrolled("Bo"), enrolled("Al", true), duplicate("=SUM(A1)")],
  pending: [person("Cy")],
  stopped: { thrown: new CordonClientError({ status: "CANCELLED", message: "stopped" }) },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cordon-report-"));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

describe("openReport()", () => {
  it("writes JSON with a line for each person, by folder", async () => {
    const report = await openReport(join(folder, "r.json"));
    await report.write(outcome);
    await report.discard();
    const text = readFileSync(join(folder, "r.json"), "utf8");
    expect(text.split("\n").filter((line) => line.startsWith("  {"))).toHaveLength(4);
    expect(JSON.parse(text)).toMatchObject([
      { folder: "=SUM(A1)", outcome: "review", reviewId: "v-1", reason: "DUPLICATE_SUSPECTED" },
      { folder: "Al", outcome: "already-enrolled", personId: "id-Al", templates: 2 },
      { folder: "Bo", outcome: "enrolled", personId: "id-Bo", templates: 2 },
      { folder: "Cy", outcome: "unanswered", personId: "" },
    ]);
    expect(JSON.parse(text)[0].suspects).toEqual([{ personId: "p-1", score: 0.83 }]);
  });

  it("writes CSV that a spreadsheet does not run", async () => {
    const report = await openReport(join(folder, "r.CSV"));
    await report.write(outcome);
    await report.discard();
    expect(readFileSync(join(folder, "r.CSV"), "utf8").split("\r\n")).toEqual([
      "folder,outcome,person_id,templates,reason,message,suspects,review_id,pictures",
      `'=SUM(A1),review,,0,DUPLICATE_SUSPECTED,"This face, ""alike"", is enrolled.",p-1 0.83,v-1,`,
      "Al,already-enrolled,id-Al,2,,,,,",
      "Bo,enrolled,id-Bo,2,,,,,",
      "Cy,unanswered,,0,,,,,",
      "",
    ]);
  });

  it("leaves nothing behind when there is nothing to report", async () => {
    const report = await openReport(join(folder, "r.json"));
    await report.discard();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("reportEnrolment()", () => {
  it("counts who is enrolled, to review and unanswered, and shows the beginning of a long list", () => {
    const { session, read } = fakeSession();
    const many = Array.from({ length: 130 }, (_, n) => enrolled(`p-${n}`));
    reportEnrolment(session, {}, { ...outcome, results: [...outcome.results, ...many] });
    const { out, err } = read();
    expect(out).toMatch(/and 31 more; --report FILE has them all\n/);
    expect(out).toMatch(/132 of 134 persons enrolled \(1 of them before\), 1 to review, 1 not ans/);
    expect(err).toMatch(/You stopped it\.[\s\S]*Run the same command again/);
    expect(session.exitCode).toBe(130);
  });

  it("names some of those who share a refusal, and counts the others", () => {
    const { session, read } = fakeSession();
    const error = new CordonClientError({ status: "NOT_FOUND", message: "none" });
    const results = Array.from({ length: 50 }, (_, n): EnrolResult => {
      return {
        enrolled: false,
        person: person(`p-${n}`),
        error,
        suspects: [],
        reviewId: "",
        bad: [],
      };
    });
    reportEnrolment(session, { dir: "people" }, { results, pending: [], stopped: null });
    expect(read().err).toMatch(/^not enrolled: p-0, .*, p-19 and 30 more\n {2}error: none .*\n$/);
  });

  it("is exit 0 when everybody was enrolled before", () => {
    const { session, read } = fakeSession();
    const results = [enrolled("a", true), enrolled("b", true)];
    reportEnrolment(session, {}, { results, pending: [], stopped: null });
    expect(read()).toEqual({ out: "2 of 2 persons enrolled (2 of them before)\n", err: "" });
    expect(session.exitCode).toBe(0);
  });
});

describe("startEnrolProgress()", () => {
  it("writes a line at intervals where there is no terminal, and only when asked", () => {
    vi.useFakeTimers();
    const { session, read } = fakeSession();
    const quiet = startEnrolProgress(session, 4, false);
    const progress = startEnrolProgress(session, 4, true);
    progress.step();
    vi.advanceTimersByTime(LINE_MS);
    expect(read().err).toBe("1/4 persons, 0.1/s, 30 s left\n");
    progress.end();
    quiet.end();
    vi.advanceTimersByTime(LINE_MS);
    expect(read().err.match(/persons/g)).toHaveLength(1);
  });

  it("draws a bar on a terminal, and tells what happens above it", () => {
    const { session, read } = fakeSession({}, true);
    const progress = startEnrolProgress(session, 2, true);
    progress.note("The connection broke.");
    progress.end();
    expect(read().err).toMatch(/\[\.{24}\] 0\/2 persons[\s\S]*The connection broke\.\n/);
  });
});

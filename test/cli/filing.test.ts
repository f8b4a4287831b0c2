import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FilingClock } from "../../src/api/generated/cordon/v1/FilingClock.js";
import type { FilingStatus } from "../../src/api/generated/cordon/v1/FilingStatus.js";
import { CordonError } from "../../src/base/errors.js";
import { runCli } from "../../src/cli/program.js";
import { made2027 } from "../filing/calendars.js";
import { cordon, cordonWith, fakeSession } from "./harness.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cordon-cli-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (iso: string) => ({ seconds: Date.parse(iso) / 1000, nanos: 0 });

const filing: FilingClock = {
  kind: "FILING_CLOCK_KIND_FILING",
  startTime: at("2026-04-20T01:00:00Z"),
  startDay: "2026-04-20",
  deadlineDay: "2026-06-03",
  workingDaysLeft: 12,
};

const due: FilingStatus = {
  state: "FILING_STATE_DUE",
  ...{ persons: 100_004, templates: 150_210, threshold: 100_000, fraction: 1.00004 },
  reachTime: at("2026-04-20T01:00:00Z"),
  clocks: [filing],
  policy: "block-enrolment",
  events: [
    { kind: "THRESHOLD_REACHED", time: at("2026-04-20T01:00:00Z"), actor: "cordon" },
    { kind: "SUBMITTED", time: at("2026-05-01T01:00:00Z"), actor: "li", number: "S-1", note: "n" },
  ],
  nextSteps: ["Hand in the filing."],
  calendarHorizon: "2026-12-31",
};

async function shown(status: FilingStatus): Promise<string> {
  const { code, out } = await cordonWith({ GetFilingStatus: () => ({ status }) }, statusArgs);
  expect(code).toBe(0);
  return out;
}

const statusArgs = ["filing", "status"];

describe("cordon filing status", () => {
  it("shows count, state, clocks and what is next at a glance", async () => {
    expect(await shown(due)).toBe(`\
filing DUE - to be handed in by 2026-06-03 Wed

[########################################] 100,004 of 100,000 persons (100.0 %)
reached first at 2026-04-20 09:00:00+08:00
150,210 templates, which do not count

clock   started     deadline        working days left  about
filing  2026-04-20  2026-06-03 Wed  12

policy      block-enrolment
calendars   known to 2026-12-31
last event  SUBMITTED S-1 (n) at 2026-05-01 09:00:00+08:00, by li

next
  1. Hand in the filing.
`);
  });

  it("marks where a person makes ready, and forecasts the day", async () => {
    const forecast = { personsPerDay: 41.26, day: "2026-09-02", dayEarly: "2026-08-20" };
    const status: FilingStatus = {
      ...{ state: "FILING_STATE_NOT_REQUIRED", threshold: 100_000 },
      ...{ persons: 50_000, fraction: 0.5, forecast: { ...forecast, dayLate: "2026-09-20" } },
    };
    const out = await shown(status);
    expect(out).toContain("[####################............|...|.|.] 50,000 of 100,000 persons");
    expect(out).toContain("reached 2026-09-02 (2026-08-20 to 2026-09-20) at 41.3 persons a day");
    expect(await shown({ ...status, forecast })).toContain("2026-08-20 at the earliest");
  });

  it("says what is overdue, provisional, stopped or blocked", async () => {
    const change: FilingClock = {
      ...{ ...filing, kind: "FILING_CLOCK_KIND_CHANGE", sections: ["operator", "rules"] },
      ...{ provisional: true, deadlineDay: "2027-01-04" },
    };
    const stopped = { ...filing, stopTime: at("2026-05-04T18:00:00Z") };
    const out = await shown({
      ...{ ...due, state: "FILING_STATE_OVERDUE", belowAgain: true, overdueErasures: 7 },
      clocks: [stopped, { ...filing, overdue: true, workingDaysLeft: -3 }, change],
      enrolmentBlocked: true,
    });
    expect(out).toContain(
      "filing OVERDUE - the filing was due by 2026-06-03 Wed, 3 working days ago; " +
        "enrolments are stopped\n",
    );
    expect(out).toContain("below it again, which stops no clock: the law is silent");
    expect(out).toContain("stopped 2026-05-05");
    expect(out).toContain("OVERDUE by 3");
    expect(out).toMatch(/2027-01-04 Mon PROVISIONAL .* operator, rules/);
    expect(out).toContain("block-enrolment: enrolments are stopped now");
    expect(out).toContain("7, overdue");
    const ended = await shown({ ...due, state: "FILING_STATE_CANCELLED", belowAgain: true });
    expect(ended).not.toContain("below it again");
    const all = { ...due, enrolmentBlocked: true, queriesBlocked: true, policy: "block-all" };
    expect(await shown(all)).toContain("block-all: enrolments and queries are stopped now");
  });

  it("lets nothing from elsewhere steer the terminal", async () => {
    const nextSteps = ["a\u001b[31mb"];
    const events = [{ kind: "FILED", time: at("2026-05-01T01:00:00Z"), note: "\u001b]0;x\u0007" }];
    expect(await shown({ ...due, nextSteps, events })).not.toContain("\u001b");
  });

  it("gives the API's answer as JSON", async () => {
    const args = [...statusArgs, "--json"];
    const { out } = await cordonWith({ GetFilingStatus: () => ({ status: due }) }, args);
    expect(JSON.parse(out)).toMatchObject({
      state: "FILING_STATE_DUE",
      persons: 100_004,
      reachTime: "2026-04-20T01:00:00Z",
      clocks: [{ deadlineDay: "2026-06-03", stopTime: null }],
    });
  });
});

/** Runs a command and gives the request that one method saw. */
async function requestOf(method: string, args: readonly string[], answer: object) {
  let seen: unknown = null;
  const handler = (request: object) => {
    seen = request;
    return answer;
  };
  const run = await cordonWith({ [method]: handler }, ["filing", ...args]);
  return { ...run, seen };
}

describe("cordon filing step and end-of-use", () => {
  it.each([
    ["submitted", "FILING_STEP_SUBMITTED"],
    ["filed", "FILING_STEP_FILED"],
    ["returned", "FILING_STEP_RETURNED"],
    ["change-submitted", "FILING_STEP_CHANGE_SUBMITTED"],
    ["change-filed", "FILING_STEP_CHANGE_FILED"],
    ["cancellation-submitted", "FILING_STEP_CANCELLATION_SUBMITTED"],
    ["cancelled", "FILING_STEP_CANCELLED"],
  ])("%s is sent as %s", async (step, name) => {
    const { seen, code } = await requestOf("RecordFilingStep", ["step", step], { status: due });
    expect(code).toBe(0);
    expect(seen).toEqual({ step: name, stepTime: null, number: "", note: "" });
  });

  it("sends number, note, and a day as the law's day", async () => {
    const more = ["--number", "京网信备1号", "--note", "by post", "--at", "2026-06-02"];
    const args = ["step", "filed", ...more];
    const { seen, out } = await requestOf("RecordFilingStep", args, { status: due });
    expect(seen).toMatchObject({
      ...{ number: "京网信备1号", note: "by post" },
      stepTime: at("2026-06-01T16:00:00Z"),
    });
    expect(out).toContain("filing DUE");
    const instant = ["end-of-use", "--reason", "closed", "--at", "2026-06-02T10:00:00+08:00"];
    const ended = await requestOf("DeclareEndOfUse", instant, { status: due });
    expect(ended.seen).toEqual({ reason: "closed", endTime: at("2026-06-02T02:00:00Z") });
  });

  it.each([
    ["a step that there is not", ["step", "done"]],
    ["no step", ["step"]],
    ["a day that there is not", ["step", "filed", "--at", "2026-02-30"]],
    ["an end without a reason", ["end-of-use"]],
    ["a blank reason", ["end-of-use", "--reason", " "]],
  ])("is wrong usage with %s", async (_what, args) => {
    expect((await cordon(["filing", ...args])).code).toBe(2);
  });

  it("tells why a step was refused", async () => {
    const RecordFilingStep = () => {
      throw new CordonError({
        status: "FAILED_PRECONDITION",
        reason: "FILING_STEP_INVALID",
        message: "No filing was due.",
      });
    };
    const run = await cordonWith({ RecordFilingStep }, ["filing", "step", "submitted"]);
    expect(run).toMatchObject({ code: 1, out: "" });
    expect(run.err).toBe("error: No filing was due. [FILING_STEP_INVALID]\n");
  });
});

describe("cordon filing calendar", () => {
  it("put sends the file's days, and says where the filing stands now", async () => {
    const file = join(root, "2027.yaml");
    writeFileSync(file, JSON.stringify(made2027));
    const run = await requestOf("PutCalendar", ["calendar", "put", file], { status: due });
    expect(run.seen).toEqual({ calendar: { ...made2027, shipped: false } });
    expect(run.out).toBe(
      "the calendar of 2027 is in force\n" +
        "DUE; 100,004 of 100,000 persons; filing by 2026-06-03 Wed, 12\n",
    );
  });

  it("put sends nothing of a file that is no calendar", async () => {
    const file = join(root, "2027.yaml");
    writeFileSync(file, "year: next\noff: 3\n");
    const run = await requestOf("PutCalendar", ["calendar", "put", file], {});
    expect(run).toMatchObject({ code: 1, seen: null });
    expect(run.err).toContain("  year: must be a number");
    const absent = await requestOf("PutCalendar", ["calendar", "put", join(root, "none")], {});
    expect(absent).toMatchObject({ code: 1, seen: null });
  });

  it("list shows whose each is", async () => {
    const calendars = [{ ...made2027, shipped: false }];
    const { out } = await requestOf("ListCalendars", ["calendar", "list"], { calendars });
    expect(out).toMatch(/^year +from +off +worked\n2027 +operator +01-01\.\.01-03 .* 01-30 /);
  });
});

describe("cordon filing watch", () => {
  it("ends by an interrupt as it should: without an error", async () => {
    const { session, read } = fakeSession();
    const interrupted = { ...session, signal: AbortSignal.abort() };
    const code = await runCli(["filing", "watch"], interrupted, "0.0.0");
    expect({ code, ...read() }).toEqual({ code: 0, out: "", err: "" });
  });
});

describe("cordon filing rules", () => {
  const parts = {
    ...{ collection: "固定摄像机", storage: "sealed", use: "comparison", transfer: "none" },
    ...{ deletion: "by itself", authorisation: "roles", incident_response: "a plan" },
    ...{ intrusion_detection: "logs are read", approved_by: "张敏" },
  };

  it("set sends the parts, and of the signed document its SHA-256 alone", async () => {
    const file = join(root, "rules.yaml");
    writeFileSync(join(root, "signed.pdf"), "signed");
    writeFileSync(file, JSON.stringify({ ...parts, document: "signed.pdf" }));
    const run = await requestOf("SetHandlingRules", ["rules", "set", "--file", file], {
      rules: { collection: "固定摄像机", approver: "张敏" },
    });
    expect(run.code).toBe(0);
    expect(run.seen).toMatchObject({
      rules: {
        ...{ incidentResponse: "a plan", intrusionDetection: "logs are read", approver: "张敏" },
        approveTime: null,
      },
    });
    const { rules } = run.seen as { rules: { documentSha256: Buffer } };
    expect(rules.documentSha256).toHaveLength(32);
    expect(run.out).toContain("collection\n  固定摄像机\n");
  });

  it("set names every fault of the file, with its line, and sends nothing", async () => {
    const file = join(root, "rules.yaml");
    const { use: _, ...rest } = parts;
    writeFileSync(file, JSON.stringify({ ...rest, storage: " ", weather: "fine" }));
    const run = await requestOf("SetHandlingRules", ["rules", "set", "--file", file], {});
    expect(run).toMatchObject({ code: 1, seen: null });
    for (const fault of ["use: is required", "storage: must not be empty", "weather: is not a"]) {
      expect(run.err).toContain(fault);
    }
  });

  it("show shows them", async () => {
    const rules = { storage: "sealed", approver: "张敏", approveTime: at("2026-06-01T00:00:00Z") };
    const { out } = await requestOf("GetHandlingRules", ["rules", "show"], { rules });
    expect(out).toContain("approved 2026-06-01T00:00:00Z by 张敏\ndocument none\n");
  });
});

it("cordon filing recount says whether the running count was right", async () => {
  const right = await requestOf("RecountPersons", ["recount"], { counted: 1234, expected: 1234 });
  expect(right.out).toBe("1,234 persons are stored, as the running count says\n");
  const wrong = await requestOf("RecountPersons", ["recount"], { counted: 3, expected: 4 });
  expect(wrong.out).toContain("the running count said 4");
});

import { describe, expect, it } from "vitest";
import { checkStep, type FilingStep, filingSteps } from "../../src/filing/steps.js";
import type { FilingEvent } from "../../src/store/filing-records.js";
import { aStep, changed, did, HOUR_MS, noonOf, reached } from "./events.js";

const NOW = noonOf("2026-03-02");
const start = reached("2025-09-01");
const submitted = did("SUBMITTED", "2025-10-10");
const filed = did("FILED", "2025-10-20");
const ended = did("USE_ENDED", "2025-12-02");
const cancelling = did("CANCELLATION_SUBMITTED", "2025-12-03");
const cancelled = did("CANCELLED", "2025-12-09");
const changing = did("CHANGE_SUBMITTED", "2025-11-03");

const said = (step: FilingStep, ...events: readonly FilingEvent[]) => {
  const check = checkStep(step, events, NOW);
  return check.ok ? "ok" : `${check.reason}: ${check.message}`;
};

describe("checkStep, the order", () => {
  const histories: Readonly<Record<string, readonly FilingEvent[]>> = {
    nothing: [],
    reached: [start],
    submitted: [start, submitted],
    returned: [start, submitted, did("RETURNED", "2025-10-15")],
    filed: [start, submitted, filed],
    changing: [start, submitted, filed, changing],
    "reached and ended": [start, ended],
    ended: [start, submitted, filed, ended],
    cancelling: [start, submitted, filed, ended, cancelling],
    cancelled: [start, submitted, filed, ended, cancelling, cancelled],
  };

  it.each<[string, string]>([
    ["nothing", ""],
    ["reached", "SUBMITTED USE_ENDED"],
    ["submitted", "FILED RETURNED CHANGE_SUBMITTED USE_ENDED"],
    ["returned", "SUBMITTED USE_ENDED"],
    ["filed", "CHANGE_SUBMITTED USE_ENDED"],
    ["changing", "RETURNED CHANGE_SUBMITTED CHANGE_FILED USE_ENDED"],
    ["reached and ended", "SUBMITTED"],
    ["ended", "CHANGE_SUBMITTED CANCELLATION_SUBMITTED"],
    ["cancelling", "RETURNED CANCELLED"],
    ["cancelled", "SUBMITTED"],
  ])("allows after %s: %s", (history, expected) => {
    const events = histories[history] ?? [];
    const allowed = filingSteps.filter(
      (kind) => checkStep(aStep(kind, "2026-03-02"), events, NOW).ok,
    );
    expect(allowed.join(" ")).toBe(expected);
  });

  it("refuses a receipt before the filing was due, and says why", () => {
    const why = "FILING_STEP_INVALID: No filing was due: the count had not reached the threshold.";
    expect(said(aStep("SUBMITTED", "2025-09-10"))).toBe(why);
    expect(said(aStep("SUBMITTED", "2025-08-31"), start)).toBe(
      "FILING_STEP_INVALID: On 2025-08-31 it came too early: " +
        "No filing was due: the count had not reached the threshold.",
    );
    expect(said(aStep("SUBMITTED", "2025-09-01"), start)).toBe("ok");
  });

  it("lets a receipt of the very day bear an earlier hour than the crossing", () => {
    const step = aStep("SUBMITTED", "2025-09-01", { atMs: start.atMs - 5 * HOUR_MS });
    expect(said(step, start)).toBe("ok");
  });

  it("refuses an answer dated before what it answers", () => {
    expect(said(aStep("FILED", "2025-10-09"), start, submitted)).toMatch(
      "On 2025-10-09 it came too early: No filing waits for an answer",
    );
    expect(said(aStep("CHANGE_FILED", "2025-11-02"), start, submitted, filed, changing)).toMatch(
      "On 2025-11-02 it came too early: No change waits",
    );
  });

  it("takes an answer told late, though something else has happened since", () => {
    expect(said(aStep("FILED", "2025-10-20"), start, submitted, changed("2025-11-03"))).toBe("ok");
    const events = [start, submitted, changing];
    expect(said(aStep("FILED", "2025-10-20"), ...events)).toBe("ok");
  });

  it("refuses what contradicts a later event on record", () => {
    expect(said(aStep("RETURNED", "2025-10-15"), start, submitted, filed)).toBe(
      "FILING_STEP_INVALID: RETURNED on 2025-10-15 contradicts what is on record later: " +
        "FILED on 2025-10-20.",
    );
  });

  it.each<[FilingStep["kind"], string, readonly FilingEvent[]]>([
    ["FILED", "record first when it was handed in, as SUBMITTED", [start]],
    ["SUBMITTED", "record the answer first", [start, submitted]],
    ["SUBMITTED", "hand in a change instead", [start, submitted, filed]],
    ["RETURNED", "Nothing that was handed in waits", [start, submitted, filed]],
    ["CHANGE_SUBMITTED", "There is no filing to change", [start]],
    ["CHANGE_SUBMITTED", "nothing left to change", [start, submitted, filed, ended, cancelling]],
    ["USE_ENDED", "So there is none to cancel either.", []],
    ["USE_ENDED", "on record already: 2025-12-02", [start, ended]],
    ["CANCELLATION_SUBMITTED", "declare its end first", [start, submitted]],
    ["CANCELLATION_SUBMITTED", "hand it in first", [start, ended]],
    ["CANCELLED", "as CANCELLATION_SUBMITTED", [start, submitted, ended]],
    ["USE_ENDED", "The filing is cancelled.", [start, submitted, ended, cancelling, cancelled]],
  ])("says of %s: %s", (kind, why, events) => {
    const message = said(aStep(kind, "2026-03-02"), ...events);
    expect(message).toMatch(/^FILING_STEP_INVALID: /);
    expect(message).toContain(why);
  });
});

describe("checkStep, the fields", () => {
  const fieldsOf = (change: Partial<FilingStep>) => {
    const step = { ...aStep("SUBMITTED", "2025-10-10"), ...change };
    const check = checkStep(step, [start], NOW);
    return check.ok || check.reason !== "FIELD_INVALID"
      ? []
      : check.fields.map(({ field, description }) => `${field}: ${description}`);
  };

  it.each([NOW + 1, 1e15, Infinity])("refuses the instant %s, in the future", (atMs) => {
    expect(fieldsOf({ atMs })).toHaveLength(1);
    expect(said(aStep("SUBMITTED", "2025-10-10", { atMs: NOW }), start)).toBe("ok");
  });

  it.each([NaN, -1, -Infinity])("refuses the instant %s, which is none", (atMs) => {
    expect(fieldsOf({ atMs })).toEqual(["step_time: must be an instant after the year 1970"]);
  });

  it.each(["FILED", "CHANGE_FILED"] as const)("requires a number of %s", (kind) => {
    expect(fieldsOf({ kind, number: " " })).toEqual([
      `number: is required: ${kind} comes with one`,
    ]);
    expect(fieldsOf({ kind: "SUBMITTED", number: "" })).toEqual([]);
  });

  it.each(["RETURNED", "USE_ENDED"] as const)("takes no number of %s, which keeps none", (kind) => {
    expect(fieldsOf({ kind, number: "1" })).toEqual([`number: must be empty: ${kind} has none`]);
  });

  it("names the fields of the end of use as its request does", () => {
    const end = { kind: "USE_ENDED", number: "", note: " ", atMs: NOW + 1 } as const;
    expect(fieldsOf(end)).toEqual(["end_time: is in the future", "reason: is required"]);
  });

  it("bounds the texts, and tells every fault at once", () => {
    expect(fieldsOf({ atMs: NaN, number: "1".repeat(101), note: "x".repeat(501) })).toEqual([
      "step_time: must be an instant after the year 1970",
      "number: must be at most 100 characters",
      "note: must be at most 500 characters",
    ]);
    expect(fieldsOf({ number: "1\u0000", note: "\ud800" })).toHaveLength(2);
    expect(fieldsOf({ number: "京网信备-1", note: "一\n二" })).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { FilingClock } from "../../src/filing/filing.js";
import { statusOf } from "../../src/filing/state.js";
import type { FilingEvent } from "../../src/store/filing-records.js";
import { changed, did, factsWith, noonOf, reached } from "./events.js";

/** The filing is due by 2025-10-17, the change by 2025-12-15, the cancellation by 2026-01-15. */
const start = reached("2025-09-01");
const submitted = did("SUBMITTED", "2025-10-10");
const filed = did("FILED", "2025-10-20");
const change = changed("2025-11-03", "purpose");
const ended = did("USE_ENDED", "2025-12-02");

const statusOn = (day: string, ...events: readonly FilingEvent[]) =>
  statusOf(factsWith({ events }), noonOf(day));
const runningOf = ({ clocks }: { readonly clocks: readonly FilingClock[] }) =>
  clocks.filter(({ stoppedAtMs }) => stoppedAtMs === null).map(({ kind }) => kind);

describe("statusOf, the state", () => {
  it.each([
    [0, "NOT_REQUIRED"],
    [79_999, "NOT_REQUIRED"],
    [80_000, "APPROACHING"],
    [99_999, "APPROACHING"],
    [100_000, "APPROACHING"],
  ])("with %d persons and no crossing on record is %s", (persons, state) => {
    expect(statusOf(factsWith({ persons }), noonOf("2025-09-01")).state).toBe(state);
  });

  it.each<[string, string, readonly FilingEvent[]]>([
    ["DUE", "2025-09-01", [start]],
    ["DUE", "2025-10-17", [start]],
    ["OVERDUE", "2025-10-18", [start]],
    ["SUBMITTED", "2025-12-31", [start, submitted]],
    ["SUBMITTED", "2025-12-31", [start, did("SUBMITTED", "2025-12-01")]],
    ["DUE", "2025-10-17", [start, submitted, did("RETURNED", "2025-10-14")]],
    ["OVERDUE", "2025-10-18", [start, submitted, did("RETURNED", "2025-10-14")]],
    ["FILED", "2026-10-20", [start, submitted, filed]],
    ["CHANGE_DUE", "2025-12-15", [start, submitted, filed, change]],
    ["OVERDUE", "2025-12-16", [start, submitted, filed, change]],
    ["CHANGE_DUE", "2025-12-15", [start, submitted, change]],
    [
      "SUBMITTED",
      "2026-12-15",
      [start, submitted, filed, change, did("CHANGE_SUBMITTED", "2025-12-01")],
    ],
    [
      "FILED",
      "2026-12-15",
      [
        start,
        submitted,
        filed,
        change,
        did("CHANGE_SUBMITTED", "2025-12-01"),
        did("CHANGE_FILED", "2025-12-10"),
      ],
    ],
    [
      "OVERDUE",
      "2025-12-16",
      [
        start,
        submitted,
        filed,
        change,
        did("CHANGE_SUBMITTED", "2025-12-01"),
        did("RETURNED", "2025-12-10"),
      ],
    ],
    ["CANCELLATION_DUE", "2025-12-15", [start, submitted, filed, change, ended]],
    ["OVERDUE", "2025-12-16", [start, submitted, filed, change, ended]],
    ["CANCELLATION_DUE", "2026-01-14", [start, submitted, filed, ended]],
    ["OVERDUE", "2026-01-16", [start, submitted, filed, ended]],
    ["DUE", "2025-10-01", [start, did("USE_ENDED", "2025-09-10")]],
    [
      "CANCELLATION_DUE",
      "2025-10-20",
      [start, did("USE_ENDED", "2025-09-10"), did("SUBMITTED", "2025-09-20")],
    ],
    [
      "SUBMITTED",
      "2026-10-20",
      [start, submitted, filed, change, ended, did("CANCELLATION_SUBMITTED", "2025-12-03")],
    ],
    [
      "CANCELLED",
      "2027-10-20",
      [
        start,
        submitted,
        filed,
        change,
        ended,
        did("CANCELLATION_SUBMITTED", "2025-12-03"),
        did("CANCELLED", "2025-12-09"),
      ],
    ],
  ])("is %s on %s", (state, day, events) => {
    expect(statusOn(day, ...events).state).toBe(state);
  });

  it("puts what happened on one day in the order of recording, and the days in order", () => {
    const late = { ...did("SUBMITTED", "2025-10-10"), atMs: start.atMs - 1 };
    expect(statusOn("2025-10-10", start, late).state).toBe("SUBMITTED");
    expect(statusOn("2025-12-01", submitted, filed, start).state).toBe("FILED");
  });
});

describe("statusOf, the clocks", () => {
  it("starts the clock of the filing with the first crossing, and with no other one", () => {
    const again = { ...start, atMs: noonOf("2025-09-05") };
    const status = statusOn("2025-09-08", start, again);
    expect(status.reachedAtMs).toBe(start.atMs);
    expect(status.clocks).toEqual([
      {
        kind: "FILING",
        startedAtMs: start.atMs,
        startDay: "2025-09-01",
        day: "2025-10-17",
        provisional: false,
        missingYears: [],
        workingDaysLeft: 26,
        overdue: false,
        stoppedAtMs: null,
        sections: [],
      },
    ]);
  });

  it.each([
    ["2025-09-01", 31],
    ["2025-09-02", 30],
    ["2025-10-16", 2],
    ["2025-10-17", 1],
    ["2025-10-18", -1],
    ["2025-10-20", -1],
    ["2025-10-21", -2],
  ])("counts the working days left on %s, today included: %d", (day, left) => {
    expect(statusOn(day, start).clocks[0]?.workingDaysLeft).toBe(left);
  });

  it("runs until the last moment of the last day in Shanghai", () => {
    const end = Date.parse("2025-10-17T16:00:00.000Z");
    const facts = factsWith({ events: [start] });
    expect(statusOf(facts, end - 1).state).toBe("DUE");
    expect(statusOf(facts, end).state).toBe("OVERDUE");
  });

  it("stops with the submission, and shows what was left then", () => {
    const [clock] = statusOn("2026-06-01", start, submitted).clocks;
    expect(clock).toMatchObject({
      stoppedAtMs: submitted.atMs,
      workingDaysLeft: 7,
      overdue: false,
    });
    const late = did("SUBMITTED", "2025-10-21");
    const [second] = statusOn("2026-06-01", start, late).clocks;
    expect(second).toMatchObject({ workingDaysLeft: -2, overdue: false });
  });

  it("gathers the sections of changes until a change is handed in, then starts anew", () => {
    const status = statusOn(
      "2026-01-05",
      start,
      submitted,
      filed,
      change,
      changed("2025-11-20", "rules", "purpose"),
      did("CHANGE_SUBMITTED", "2025-12-01"),
      changed("2026-01-04", "security"),
    );
    const changes = status.clocks.filter(({ kind }) => kind === "CHANGE");
    expect(changes).toMatchObject([
      { startDay: "2025-11-03", day: "2025-12-15", sections: ["purpose", "rules"] },
      { startDay: "2026-01-04", sections: ["security"], stoppedAtMs: null },
    ]);
  });

  it("lets a change run that came after the submission, however late that is told", () => {
    const told = did("CHANGE_SUBMITTED", "2025-11-10");
    const later = changed("2025-11-12", "rules");
    const events = [start, submitted, filed, change, later, told];
    const running = statusOn("2025-11-14", ...events).clocks.filter((c) => c.stoppedAtMs === null);
    expect(running).toMatchObject([
      { kind: "CHANGE", startDay: "2025-11-12", sections: ["rules"] },
    ]);
  });

  it("starts no clock of change before the filing is handed in, nor after the end of use", () => {
    expect(runningOf(statusOn("2025-09-10", start, changed("2025-09-05", "rules")))).toEqual([
      "FILING",
    ]);
    const after = changed("2025-12-03", "purpose");
    expect(runningOf(statusOn("2025-12-04", start, submitted, filed, ended, after))).toEqual([
      "CANCELLATION",
    ]);
  });

  it("lets a returned cancellation, and the change that it had covered, run again", () => {
    const status = statusOn(
      "2025-12-05",
      start,
      submitted,
      filed,
      change,
      ended,
      did("CANCELLATION_SUBMITTED", "2025-12-03"),
      did("RETURNED", "2025-12-04"),
    );
    expect(runningOf(status)).toEqual(["CHANGE", "CANCELLATION"]);
  });

  it("gives a filing after a cancellation a clock of its own", () => {
    const events = [
      start,
      submitted,
      filed,
      ended,
      did("CANCELLATION_SUBMITTED", "2025-12-03"),
      did("CANCELLED", "2025-12-09"),
      did("SUBMITTED", "2026-03-02"),
    ];
    expect(statusOn("2026-03-02", ...events).state).toBe("SUBMITTED");
    const returned = statusOn("2026-03-05", ...events, did("RETURNED", "2026-03-05"));
    expect(returned.state).toBe("DUE");
    expect(returned.clocks.at(-1)).toMatchObject({ kind: "FILING", startDay: "2026-03-02" });
  });

  it("counts from the Measures' first day what happened before it", () => {
    const [clock] = statusOn("2025-06-02", reached("2024-01-15")).clocks;
    expect(clock).toMatchObject({ startDay: "2024-01-15", day: "2025-07-14", provisional: false });
  });

  it("is provisional without the calendar, and overdue no sooner than its provisional day", () => {
    const late = reached("2026-11-20");
    const due = statusOn("2027-01-01", late);
    expect(due).toMatchObject({ state: "DUE", horizon: "2026-12-31" });
    expect(due.clocks[0]).toMatchObject({ provisional: true, missingYears: [2027] });
    expect(due.nextSteps.join(" ")).toContain("provisional, since the calendar of 2027");
    expect(statusOn("2027-01-02", late).state).toBe("OVERDUE");
  });
});

describe("statusOf, the policy", () => {
  it.each([
    ["warn", false, false],
    ["block-enrolment", true, false],
    ["block-all", true, true],
  ] as const)("%s blocks enrolment %s and queries %s once it is overdue", (policy, ...blocked) => {
    const facts = factsWith({ events: [start], policy });
    const flags = (day: string) => {
      const { enrolmentBlocked, queriesBlocked } = statusOf(facts, noonOf(day));
      return [enrolmentBlocked, queriesBlocked];
    };
    expect(flags("2025-10-17")).toEqual([false, false]);
    expect(flags("2025-10-18")).toEqual(blocked);
  });

  it.each([
    ["a change", [start, submitted, filed, change]],
    ["a cancellation", [start, submitted, filed, ended]],
  ])("blocks for %s that is overdue, and not once it is handed in", (_what, events) => {
    expect(statusOn("2026-03-02", ...events).enrolmentBlocked).toBe(true);
    const kind = events.includes(change) ? "CHANGE_SUBMITTED" : "CANCELLATION_SUBMITTED";
    expect(statusOn("2026-03-02", ...events, did(kind, "2026-03-02")).enrolmentBlocked).toBe(false);
  });
});

describe("statusOf, the count", () => {
  it("runs on when the count falls below the threshold, and says that the law is silent", () => {
    const facts = factsWith({ events: [start], persons: 99_999 });
    const status = statusOf(facts, noonOf("2025-09-08"));
    expect(status).toMatchObject({ state: "DUE", belowAgain: true, fraction: 0.99999 });
    expect(status.nextSteps.join(" ")).toContain("the law is silent");
    expect(statusOf(factsWith({ events: [start] }), noonOf("2025-09-08")).belowAgain).toBe(false);
  });

  it("keeps to the crossing of a stricter threshold when that is raised again", () => {
    const events = [{ ...start, threshold: 50_000 }];
    const facts = factsWith({ events, persons: 60_000 });
    expect(statusOf(facts, noonOf("2025-09-08"))).toMatchObject({ state: "DUE", belowAgain: true });
  });

  it.each([0, -1, 0.5, NaN, Infinity, 100_001])("throws for a threshold of %s", (threshold) => {
    expect(() => statusOf(factsWith({ threshold }), 0)).toThrow(RangeError);
  });

  it.each([-1, 0.5, NaN, Infinity])("throws for a count of %s", (count) => {
    expect(() => statusOf(factsWith({ persons: count }), 0)).toThrow(RangeError);
    expect(() => statusOf(factsWith({ templates: count }), 0)).toThrow(RangeError);
    expect(() => statusOf(factsWith({ overdueErasures: count }), 0)).toThrow(RangeError);
  });
});

describe("statusOf, what is next", () => {
  const next = (day: string, ...events: readonly FilingEvent[]) =>
    statusOn(day, ...events).nextSteps;
  const at = (persons: number) =>
    statusOf(factsWith({ persons }), noonOf("2025-09-01")).nextSteps.join(" ");

  it("tells how near the threshold is, by its marks", () => {
    expect(at(12_345)).toContain("Nothing yet: 12,345 of 100,000 persons (12.3 %).");
    expect(at(79_999)).toContain("79.9 %");
    expect(at(80_000)).toContain("past 80 %, with 90 % and 95 % ahead.");
    expect(at(90_000)).toContain("past 90 %, with 95 % ahead.");
    expect(at(95_000)).toContain("past 95 %, the last mark before a filing is due.");
    expect(at(100_000)).toContain("The threshold is reached");
  });

  it("says what to hand in, by when, and how to record it", () => {
    expect(next("2025-10-16", start)).toEqual([
      "Hand in the filing by 2025-10-17 (Friday), and record it as SUBMITTED. " +
        "2 working days left, today included.",
    ]);
    expect(next("2025-10-21", start)).toEqual([
      "Hand in the filing at once, and record it as SUBMITTED. " +
        "It was due on 2025-10-17 (Friday), 2 working days ago.",
      "Until then nobody is enrolled: the policy is block-enrolment.",
    ]);
    expect(next("2025-10-18", start)[0]).toMatch(/on 2025-10-17 \(Friday\), 1 working day ago\.$/);
    expect(next("2025-10-16", start, submitted, did("RETURNED", "2025-10-14"))[0]).toMatch(
      "Hand in the filing again, since it was sent back, by 2025-10-17",
    );
    expect(next("2025-11-04", start, submitted, filed, change)[0]).toMatch(
      "Hand in the change of purpose by 2025-12-15 (Monday), and record it as CHANGE_SUBMITTED.",
    );
    expect(next("2025-12-02", start, submitted, filed, ended)[0]).toMatch(
      "Hand in the cancellation",
    );
  });

  it("names the more pressing first, and then what is waited for", () => {
    const steps = next("2025-12-02", start, submitted, change, ended);
    expect(steps).toHaveLength(3);
    expect(steps[0]).toMatch("Hand in the change");
    expect(steps[1]).toMatch("Hand in the cancellation");
    expect(steps[2]).toMatch(
      "the filing handed in on 2025-10-10, and record it: FILED, or RETURNED",
    );
    expect(next("2025-10-10", start, submitted)[0]).toContain("handed in today");
  });

  it("says that nothing is to do, where that is so", () => {
    expect(next("2025-12-02", start, submitted, filed)).toEqual([
      "Nothing: the filing is in order. A material change starts its clock by itself.",
    ]);
  });

  it("asks that faces go once the filing is cancelled, and that overdue erasures be made", () => {
    const cancelled = [
      start,
      submitted,
      filed,
      ended,
      did("CANCELLATION_SUBMITTED", "2025-12-03"),
      did("CANCELLED", "2025-12-09"),
    ];
    const of = (persons: number, overdueErasures = 0) => {
      const facts = factsWith({ events: cancelled, persons, templates: persons, overdueErasures });
      return statusOf(facts, noonOf("2025-12-10")).nextSteps;
    };
    expect(of(1)[0]).toContain("1 person is stored still");
    expect(of(0)).toEqual(["Nothing: the filing is cancelled, and no face is stored."]);
    expect(of(2, 2)[1]).toContain("2 persons are past the retention deadline");
  });

  it("gives the forecast, and the rule from then on", () => {
    const dayCounts = Array.from({ length: 30 }, (_, at) => ({
      day: `2025-08-${String(at + 1).padStart(2, "0")}`,
      persons: 50_000 + 1_000 * at,
    }));
    const facts = factsWith({ persons: 80_000, dayCounts });
    expect(statusOf(facts, noonOf("2025-08-31")).nextSteps[1]).toBe(
      "At the present rate the threshold is reached about 2025-09-20, with 95 % confidence " +
        "between 2025-09-20 and 2025-09-20. From that day on, 30 working days are left to file.",
    );
  });
});

import { dayNumber, dayOf } from "../../filing/days.js";
import type { FilingClock, FilingState, FilingStatus } from "../../filing/filing.js";
import { statusOf } from "../../filing/state.js";
import type { Metrics } from "../../telemetry/metrics.js";
import type { Engine } from "../engine.js";

type Parts = Pick<Engine, "filing" | "clock" | "facts" | "metrics">;

/** Where the filing stands at this moment, over what is at hand. */
export function statusNow({ filing, clock }: Pick<Engine, "filing" | "clock">): FilingStatus {
  const { count, book, options } = filing;
  const { persons, templates } = count;
  const { events, calendars, dayCounts, overdueErasures } = book;
  const { thresholdPersons: threshold, policy } = options;
  const counted = { persons, templates, threshold };
  return statusOf(
    { ...counted, events, policy, calendars, dayCounts, overdueErasures },
    clock.nowMs(),
  );
}

/** Tells the gate, the metrics and the watchers where the filing stands now. */
export function refreshFiling(engine: Parts): FilingStatus {
  const status = statusNow(engine);
  tellGate(engine, status);
  showStatus(engine.metrics, status, engine.clock.nowMs());
  engine.filing.watchers.tell(keyOf(status));
  return status;
}

/** The same, with what is overdue to be erased counted anew: it is a part of the status. */
export async function currentStatus(engine: Parts & Pick<Engine, "store">): Promise<FilingStatus> {
  const backlog = await engine.store.expiredBacklog(engine.clock.nowMs());
  engine.filing.book.overdueErasures = backlog?.rows ?? 0;
  return refreshFiling(engine);
}

/** Only what is new: telling the gate makes it put every zone together again. */
function tellGate({ facts }: Parts, { clocks, policy }: FilingStatus): void {
  const overdue = clocks.some((clock) => clock.overdue);
  const known = facts.filing();
  if (known.overdue !== overdue || known.policy !== policy) facts.setFiling({ overdue, policy });
}

/** What of a status is worth telling those who watch: not each person. */
export function keyOf(status: FilingStatus): string {
  const { state, clocks, events, belowAgain, policy, reachedAtMs, horizon } = status;
  const approaching = Math.floor(status.fraction * 20);
  return JSON.stringify([
    [state, belowAgain, policy, reachedAtMs, horizon, events.length, approaching],
    clocks.map(({ kind, day, provisional, workingDaysLeft, stoppedAtMs, sections }) => [
      ...[kind, day, provisional, workingDaysLeft, stoppedAtMs, sections],
    ]),
  ]);
}

const states: readonly FilingState[] = [
  "NOT_REQUIRED",
  "APPROACHING",
  "DUE",
  "OVERDUE",
  "SUBMITTED",
  "FILED",
  "CHANGE_DUE",
  "CANCELLATION_DUE",
  "CANCELLED",
];

function showStatus(metrics: Metrics, status: FilingStatus, nowMs: number): void {
  metrics.filingFraction.set(status.fraction);
  for (const state of states) {
    metrics.filingState.set({ state }, state === status.state ? 1 : 0);
  }
  metrics.filingDaysLeft.reset();
  for (const clock of mostPressing(status.clocks)) {
    const { kind, provisional, workingDaysLeft } = clock;
    metrics.filingDaysLeft.set({ clock: kind, provisional: `${provisional}` }, workingDaysLeft);
  }
  metrics.filingForecastDays.reset();
  const today = dayNumber(dayOf(nowMs));
  const { day: expected, early, late } = status.forecast;
  for (const [bound, day] of Object.entries({ expected, early, late })) {
    if (day !== null) metrics.filingForecastDays.set({ bound }, dayNumber(day) - today);
  }
}

/** Of each kind of clock the running one that ends first. */
function mostPressing(clocks: readonly FilingClock[]): readonly FilingClock[] {
  const first = new Map<FilingClock["kind"], FilingClock>();
  for (const clock of clocks) {
    if (clock.stoppedAtMs !== null) continue;
    const known = first.get(clock.kind);
    if (known === undefined || clock.day < known.day) first.set(clock.kind, clock);
  }
  return [...first.values()];
}

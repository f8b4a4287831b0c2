import { systemClock } from "../../src/base/clock.js";
import { createFacts } from "../../src/compliance/facts.js";
import { LEGAL_THRESHOLD_PERSONS } from "../../src/filing/state.js";
import { createMetrics } from "../../src/telemetry/metrics.js";
import { countChange } from "../../src/usecases/filing/count-change.js";
import { createFilingDesk } from "../../src/usecases/filing/desk.js";

const ROUNDS = 5;

const posture = {
  ...{ tls: false, mutualTls: false, tokens: false, loopbackOnly: true },
  ...{ keyProvider: "file", callers: [], auditRetentionDays: 1_096 },
};

/**
 * What the count adds to an enrolment: the count, its metrics, and the look at the threshold, which
 * is crossed on the way. Store and audit are none.
 *
 * @returns processor time for one, microseconds: the median of five rounds
 */
export async function measureCountCost(enrolments: number): Promise<number> {
  const nothing = async () => {};
  const done = async () => true;
  const desk = createFilingDesk(
    {
      store: { appendFilingEvent: done },
      audit: { append: async () => 1 },
      ...{ clock: systemClock, facts: createFacts(), metrics: createMetrics() },
    },
    {
      thresholdPersons: LEGAL_THRESHOLD_PERSONS,
      ...{ policy: "warn", calendars: [], posture },
    },
  );
  const engine = { filing: desk, marker: { note: () => {}, mark: nothing } };
  const each = Math.ceil(enrolments / ROUNDS);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (let at = 0; at < each; at += 1) void countChange(engine, 1, 1, systemClock.nowMs());
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / each);
    // Lets the crossing be written.
    await nothing();
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clockBackwardsMsMax } from "../../src/audit/appender.js";
import { anEvent, collect, openLog, startMs } from "./events.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const movable = () => {
  const clock = { ms: startMs, nowMs: () => clock.ms };
  return clock;
};

test("a record's time is never less than that of the one before it", async () => {
  const clock = movable();
  const log = await openLog(directory, { clock });
  for (const ms of [10, 5.7, -clockBackwardsMsMax + 10, 11.9]) {
    clock.ms = startMs + ms;
    await log.append(anEvent());
  }
  const times = (await collect(log.query({}, 0))).map(({ record }) => record.timeMs - startMs);
  expect(times).toEqual([10, 10, 10, 11]);
  clock.ms = startMs;
  expect(log.signedHead().payload).toContain(`"timeMs":${startMs + 11}`);
  await log.close();
});

test("a clock that goes far back stops the records, and lets them go on when it is right again", async () => {
  const clock = movable();
  const log = await openLog(directory, { clock });
  await log.append(anEvent());
  clock.ms = startMs - clockBackwardsMsMax - 1;
  await expect(log.append(anEvent())).rejects.toMatchObject({
    status: "UNAVAILABLE",
    reason: "CLOCK_BACKWARDS",
  });
  expect(log.head().seq).toBe(1);
  clock.ms = startMs;
  expect(await log.append(anEvent())).toBe(2);
  clock.ms = 0;
  await log.close();
  expect(await log.head().seq).toBe(3);
});

test("a log whose newest record is far ahead of the clock does not open, and is left as it is", async () => {
  const clock = movable();
  const log = await openLog(directory, { clock });
  await log.append(anEvent());
  await log.close();
  const head = log.head();
  clock.ms = startMs - clockBackwardsMsMax - 1;
  await expect(openLog(directory, { clock })).rejects.toMatchObject({
    code: "CLOCK_BACKWARDS",
    message: expect.stringMatching(/2025-06-15T15:01:39.999Z.*2025-06-15T15:06:40.000Z.*Set the/),
  });
  clock.ms += 1;
  const again = await openLog(directory, { clock });
  expect(again.head()).toEqual(head);
  await again.close();
});

test("a clock that tells no time is refused", async () => {
  const clock = movable();
  const log = await openLog(directory, { clock });
  clock.ms = Number.NaN;
  await expect(log.append(anEvent())).rejects.toMatchObject({ code: "EVENT_INVALID" });
  clock.ms = startMs;
  expect(await log.append(anEvent())).toBe(1);
  await log.close();
});

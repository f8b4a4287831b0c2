import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AuditLog } from "../../src/audit/audit-log.js";
import { verifyAuditDirectory } from "../../src/audit/verify-directory.js";
import { anEvent, collect, openLog, startMs } from "./events.js";

const dayMs = 86_400_000;
const keptMs = 1_096 * dayMs;

let directory: string;
const clock = { ms: startMs, nowMs: () => clock.ms };
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
  clock.ms = startMs;
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const open = () => openLog(directory, { clock, segmentSizeBytes: 700 });
const segments = async () =>
  (await readdir(directory)).filter((name) => name.endsWith(".jsonl")).sort();
const verify = (options = {}) => verifyAuditDirectory(directory, options);

/** A record a day, three of them and a checkpoint in each file. */
async function fill(log: AuditLog, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    await log.append(anEvent({ day }));
    clock.ms += dayMs;
  }
}

test("files go when their newest record is past the retention, and the check starts at what is left", async () => {
  const log = await open();
  await fill(log, 9);
  const before = await segments();
  const all = await collect(log.query({}, 0));
  clock.ms = startMs + 5 * dayMs + keptMs;
  expect(await log.prune(clock.ms)).toBe(0);
  await log.append(anEvent());
  expect(await log.prune(clock.ms)).toBe(4);
  expect((await segments())[0]).toBe(before[1]);
  const pruning = await collect(log.query({ act: "audit.prune" }, 0));
  expect(pruning.map(({ record }) => record.details)).toMatchObject([
    {
      firstSeq: 5,
      anchorHash: all[3]?.hash,
      records: 4,
      newestTimeMs: startMs + 2 * dayMs,
      retentionDays: 1_096,
    },
  ]);
  expect(await log.hashOf(4)).toBe(null);
  expect(await log.hashOf(5)).toBe(all[4]?.hash);
  expect((await collect(log.query({}, 0)))[0]?.record.seq).toBe(5);
  expect(await log.verify()).toMatchObject({ ok: true, firstSeq: 5 });
  await log.close();
  expect(await verify()).toMatchObject({ ok: true, firstSeq: 5 });
  const again = await open();
  expect(await again.verify()).toMatchObject({ ok: true, firstSeq: 5 });
  await again.close();
});

test("opening prunes, too, with the indexes of what goes", async () => {
  const log = await open();
  await fill(log, 6);
  clock.ms += keptMs;
  await log.append(anEvent());
  await log.close();
  const again = await open();
  expect((await segments())[0]).toBe("audit-0000000000000009.jsonl");
  const left = (await readdir(directory)).filter((name) => name.endsWith(".idx"));
  expect(left.filter((name) => name < "audit-0000000000000009")).toEqual([]);
  await again.close();
  expect(await verify()).toMatchObject({ ok: true, firstSeq: 9 });
});

test("a clock that is far ahead removes nothing", async () => {
  const log = await open();
  await fill(log, 9);
  expect(await log.prune(startMs + 100 * keptMs)).toBe(0);
  expect(await log.prune(Number.NaN)).toBe(0);
  expect(await log.prune(Number.POSITIVE_INFINITY)).toBe(0);
  await log.close();
});

test("the file in the making stays, however old", async () => {
  const log = await openLog(directory, { clock });
  await log.append(anEvent());
  clock.ms += 2 * keptMs;
  await log.append(anEvent());
  expect(await log.prune(clock.ms)).toBe(0);
  await log.close();
});

test("a query that is under way when files go leaves them out", async () => {
  const log = await open();
  await fill(log, 9);
  clock.ms = startMs + 7 * dayMs + keptMs;
  await log.append(anEvent());
  const last = log.head().seq;
  const query = log.query({}, 0)[Symbol.asyncIterator]();
  expect(await log.prune(clock.ms)).toBe(8);
  const rest: number[] = [];
  for await (const { record } of { [Symbol.asyncIterator]: () => query }) rest.push(record.seq);
  expect([rest[0], rest.at(-1)]).toEqual([9, last]);
  await log.close();
});

test("a retention of less than three years is refused", async () => {
  await expect(openLog(directory, { retentionDays: 1_095 })).rejects.toThrow(RangeError);
});

test("files that a crash left half removed are no fault, and go at the next start", async () => {
  const log = await open();
  await fill(log, 9);
  const kept = new Map<string, Buffer>();
  for (const name of await segments()) kept.set(name, await readFile(join(directory, name)));
  clock.ms = startMs + 7 * dayMs + keptMs;
  await log.append(anEvent());
  expect(await log.prune(clock.ms)).toBe(8);
  await log.close();
  const [, second = ""] = [...kept.keys()];
  await writeFile(join(directory, second), kept.get(second) ?? "");
  expect(await verify()).toMatchObject({ ok: true, firstSeq: 5 });
  const again = await open();
  expect((await segments())[0]).toBe("audit-0000000000000009.jsonl");
  await again.close();
});

test("the first files taken away by another hand are missed", async () => {
  const log = await open();
  await fill(log, 9);
  await log.close();
  const [first = "", second = ""] = await segments();
  await rm(join(directory, first));
  const broken = { seq: 4, file: second, line: 1, fault: expect.stringContaining("missing") };
  expect(await verify()).toMatchObject({ ok: false, broken });
  await expect(open()).rejects.toMatchObject({ code: "BROKEN" });
});

test("more files taken away than a pruning removed are missed", async () => {
  const log = await open();
  await fill(log, 9);
  clock.ms = startMs + 5 * dayMs + keptMs;
  await log.append(anEvent());
  await log.prune(clock.ms);
  const head = log.signedHead();
  await log.close();
  expect(await verify({ signedHead: head })).toMatchObject({ ok: true, signedHead: "HELD" });
  await rm(join(directory, (await segments())[0] ?? ""));
  expect(await verify()).toMatchObject({ ok: false, broken: { seq: 8 } });
});

test("of a signed head older than what is left, nothing can be said", async () => {
  const log = await open();
  await log.append(anEvent());
  const signedHead = log.signedHead();
  await fill(log, 9);
  clock.ms = startMs + 4 * dayMs + keptMs;
  await log.append(anEvent());
  expect(await log.prune(clock.ms)).toBe(4);
  await log.close();
  expect(await verify({ signedHead })).toMatchObject({ ok: true, signedHead: "PRUNED" });
});

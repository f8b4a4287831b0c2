import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AuditEvent, AuditFilter } from "../../src/audit/audit.js";
import type { AuditLog } from "../../src/audit/audit-log.js";
import { queryAuditDirectory } from "../../src/audit/query-directory.js";
import { anEvent, collect, openLog, startMs } from "./events.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const actor = (name: string) => ({ name, role: "camera", address: "10.0.0.7" });
const named = (act: string, name: string, details: AuditEvent["details"]): AuditEvent => ({
  act,
  actor: actor(name),
  details,
});
const seqs = async (log: AuditLog, filter: AuditFilter, afterSeq = 0) =>
  (await collect(log.query(filter, afterSeq))).map(({ record }) => record.seq);
const offline = async (filter: AuditFilter, afterSeq = 0) =>
  (await collect(queryAuditDirectory(directory, filter, afterSeq))).map(({ record }) => record.seq);
const sidecars = async () =>
  (await readdir(directory)).filter((name) => name.endsWith(".idx")).sort();

describe("a query finds the records", () => {
  const faces = [
    { candidates: [{ personId: "p-1" }, { personId: "p-2" }] },
    { candidates: [{ personId: "p-1" }] },
  ];
  const events = [
    named("identify", "nvr-1", { zoneId: "z-1", cameraId: "c-1", faces }),
    named("identify", "nvr-2", { zoneId: "z-2", cameraId: "c-1", reasons: ["SIGNAGE_STALE"] }),
    named("enrol", "desk", { personId: "p-3", suspects: [{ personId: "p-1" }] }),
    named("enrol", "desk", { reason: "DUPLICATE_SUSPECTED", duplicatePersonId: "p-2" }),
    named("zone.activate", "ops", { zoneIds: ["z-2", "z-3"] }),
    named("zone.suspend", "ops", { zoneId: "z-1" }),
    named("person.merge", "desk", { personIds: ["p-1", "p-9"], note: "p-3", zone: "z-1" }),
    named("minor-rules.set", "nvr-1", { outcome: [["p-1"]], empty: null, personId: 7 }),
    named("audit.query", "desk", { filter: { personIds: ["p-1"], zoneId: "z-1" } }),
    named("enrol", "bulk", { personId: "p-8", rowId: "p-7", distinctFrom: ["p-6"] }),
  ];
  const cases: readonly (readonly [AuditFilter, readonly number[]])[] = [
    [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [{ personIds: ["p-1"] }, [1, 3, 7]],
    [{ personIds: ["p-2", "p-3"] }, [1, 3, 4]],
    [{ personIds: ["p-7"] }, [10]],
    [{ personIds: ["p-6", "p-8"], act: "enrol" }, [10]],
    [{ personIds: [] }, []],
    [{ personIds: ["7"] }, []],
    [{ zoneId: "z-1" }, [1, 6]],
    [{ zoneId: "z-2" }, [2, 5]],
    [{ cameraId: "c-1" }, [1, 2]],
    [{ cameraId: "z-1" }, []],
    [{ actor: "desk" }, [3, 4, 7, 9]],
    [{ act: "enrol" }, [3, 4, 10]],
    [{ act: "zone." }, [5, 6]],
    [{ act: "zone" }, []],
    [{ act: "zone.activate" }, [5]],
    [{ act: "minor-rules." }, [8]],
    [{ reason: "SIGNAGE_STALE" }, [2]],
    [{ reason: "DUPLICATE_SUSPECTED", actor: "desk" }, [4]],
    [{ act: "identify", zoneId: "z-2", cameraId: "c-1", actor: "nvr-2" }, [2]],
    [{ fromMs: startMs + 2, untilMs: startMs + 5 }, [3, 4, 5]],
    [{ fromMs: startMs + 2, untilMs: startMs + 5, act: "enrol", personIds: ["p-3"] }, [3]],
    [{ untilMs: startMs }, []],
    [{ fromMs: startMs + 10 }, []],
  ];

  test("of every condition and of all together, in the order of the log", async () => {
    let ms = startMs;
    const log = await openLog(directory, { clock: { nowMs: () => ms } });
    for (const [at, event] of events.entries()) {
      ms = startMs + at;
      await log.append(event);
    }
    const all = await collect(log.query({}, 0));
    expect(all.map(({ record }) => record.details)).toEqual(events.map(({ details }) => details));
    for (const [filter, expected] of cases) {
      expect(await seqs(log, filter), JSON.stringify(filter)).toEqual(expected);
      expect(await offline(filter), JSON.stringify(filter)).toEqual(expected);
      expect(await seqs(log, filter, 4)).toEqual(expected.filter((seq) => seq > 4));
    }
    await log.close();
  });

  test("with their lines as they stand in the file, and their hashes", async () => {
    const log = await openLog(directory);
    await log.append(named("erase", "门卫 \u{1f6aa}", { reason: 'a "quoted" one' }));
    const [found] = await collect(log.query({ reason: 'a "quoted" one', actor: "门卫 🚪" }, 0));
    const file = await readFile(join(directory, "audit-0000000000000001.jsonl"), "utf8");
    expect(`${found?.line}\n`).toBe(file);
    expect(JSON.parse(found?.line ?? "")).toMatchObject({ hash: log.head().hash });
    expect(found?.hash).toBe(log.head().hash);
    await log.close();
  });
});

describe("across many files", () => {
  /** Twenty records of 400 bytes in files of two or three, every third one of person p-0. */
  const fill = async (log: AuditLog) => {
    for (let at = 0; at < 20; at++) {
      await log.append(anEvent({ personId: `p-${at % 3}`, text: "x ".repeat(100) }));
    }
  };
  const open = () => openLog(directory, { segmentSizeBytes: 1_200 });

  test("an index is beside each closed file, and a missing, stale or damaged one is made anew", async () => {
    const log = await open();
    await fill(log);
    const expected = await seqs(log, { personIds: ["p-0"] });
    expect(expected).toHaveLength(7);
    expect(await seqs(log, { personIds: ["p-0"] }, expected[3] ?? 0)).toEqual(expected.slice(4));
    await log.close();

    const again = await open();
    expect(await seqs(again, { personIds: ["p-0"] })).toEqual(expected);
    const names = await sidecars();
    expect(names.length).toBeGreaterThan(4);
    const [missing = "", damaged = "", stale = "", short = "", altered = ""] = names.map((name) =>
      join(directory, name),
    );
    expect((await stat(missing)).mode & 0o777).toBe(0o600);
    const whole = await readFile(damaged);
    const check = async (log2: AuditLog) => {
      expect(await seqs(log2, { personIds: ["p-0"] })).toEqual(expected);
      expect(await offline({ personIds: ["p-0"] })).toEqual(expected);
    };
    const spoil = async () => {
      await rm(missing);
      await writeFile(damaged, whole.with(whole.length - 1, 0xff));
      await writeFile(stale, await readFile(short));
      await writeFile(short, (await readFile(short)).subarray(0, 100));
      const other = await readFile(altered);
      await writeFile(altered, other.with(200, (other[200] ?? 0) ^ 1));
      await utimes(altered, 0, 0);
    };
    await spoil();
    expect(await offline({ personIds: ["p-0"] })).toEqual(expected);
    await check(again);
    expect(await sidecars()).toEqual(names);
    expect((await readFile(damaged)).equals(whole)).toBe(true);
    await again.close();
    await spoil();
    const third = await open();
    await check(third);
    await third.close();
  });

  test("every record has its hash by its number, and no other number has one", async () => {
    const log = await open();
    await fill(log);
    const all = await collect(log.query({}, 0));
    for (const { record, hash } of all) expect(await log.hashOf(record.seq)).toBe(hash);
    for (const seq of [-1, 0, 0.5, all.length + 1, Number.NaN]) {
      expect(await log.hashOf(seq)).toBe(null);
    }
    await log.close();
  });

  test("a query gives the records that were there when it was asked, however many follow", async () => {
    const log = await open();
    await fill(log);
    const last = log.head().seq;
    const found: number[] = [];
    for await (const { record } of log.query({}, 0)) {
      found.push(record.seq);
      if (record.seq === 3) await fill(log);
    }
    expect(found).toEqual(Array.from({ length: last }, (_, at) => at + 1));
    await log.close();
  });

  test("many queries at once, some left half-way, do not disturb one another", async () => {
    const log = await open();
    await fill(log);
    for (const name of await sidecars()) await rm(join(directory, name));
    const first = async () => {
      for await (const { record } of log.query({ personIds: ["p-1"] }, 0)) return record.seq;
      return null;
    };
    const queries = Array.from({ length: 100 }, (_, at) =>
      at % 2 === 0 ? first() : seqs(log, { personIds: ["p-1"] }).then(([seq]) => seq),
    );
    expect(new Set(await Promise.all(queries))).toEqual(new Set([2]));
    await log.close();
  });

  test("a record that was altered is not given, but named", async () => {
    const log = await open();
    await fill(log);
    await log.close();
    const path = join(directory, "audit-0000000000000001.jsonl");
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("nvr-1", "nvr-2"));
    const again = await openLog(directory, { verifyAtOpenBytes: 1 });
    const broken = { code: "BROKEN", message: expect.stringMatching(/record 1 .*00001.jsonl/) };
    await expect(seqs(again, {})).rejects.toMatchObject(broken);
    await expect(seqs(again, { personIds: ["p-0"] })).rejects.toMatchObject(broken);
    await expect(offline({})).rejects.toMatchObject(broken);
    expect((await seqs(again, {}, 10)).length).toBeGreaterThan(5);
    await rm(path);
    const missing = { code: "BROKEN", message: expect.stringMatching(/record 1 .*is missing/) };
    await expect(seqs(again, {})).rejects.toMatchObject(missing);
    await again.close();
  });

  test("offline, nothing is written, and what stands after the last newline is left out", async () => {
    const log = await open();
    await fill(log);
    await log.close();
    const expected = await offline({});
    expect(expected).toHaveLength(log.head().seq);
    const names = await readdir(directory);
    const last =
      names
        .filter((name) => name.endsWith(".jsonl"))
        .sort()
        .at(-1) ?? "";
    await writeFile(join(directory, last), '{"hash":"', { flag: "a" });
    await chmod(directory, 0o500);
    expect(await offline({})).toEqual(expected);
    expect(await readdir(directory)).toEqual(names);
    await chmod(directory, 0o700);
  });
});

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AuditLog, AuditLogOptions } from "../../src/audit/audit-log.js";
import type { SegmentFile } from "../../src/audit/segments.js";
import { verifyAuditDirectory } from "../../src/audit/verify-directory.js";
import { anEvent, collect, openLog } from "./events.js";
import { watched } from "./failing-files.js";

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "cordon-audit-")), "audit");
});
afterEach(async () => {
  await rm(join(directory, ".."), { recursive: true, force: true });
});

const open = (options: Partial<AuditLogOptions> = {}) => openLog(directory, options);
const appendMany = (log: AuditLog, count: number) =>
  Promise.all(Array.from({ length: count }, (_, n) => log.append(anEvent({ n }))));
const files = async () => (await readdir(directory)).filter((name) => /jsonl$/.test(name)).sort();
const pathOf = async (at: number) => join(directory, (await files()).at(at) ?? "");

describe("appending", () => {
  test("an empty log verifies, and the first record has number 1", async () => {
    const log = await open();
    expect(await log.verify()).toMatchObject({ ok: true, records: 0 });
    expect(await log.append(anEvent())).toBe(1);
    expect(await log.append(anEvent())).toBe(2);
    await log.close();
    // And the checkpoint at the close.
    expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: true, records: 3 });
  });

  test("a record holds who, when, what, and the hash of the one before", async () => {
    const log = await open();
    await log.append(anEvent({ zoneId: "gate-4" }));
    await log.append(anEvent());
    await log.close();
    const lines = (await readFile(await pathOf(0), "utf8")).trimEnd().split("\n");
    const [first, second] = lines.map((line): unknown => JSON.parse(line));
    expect(first).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      record: {
        ...anEvent({ zoneId: "gate-4" }),
        prev: "0".repeat(64),
        seq: 1,
        timeMs: 1_750_000_000_000,
        v: 1,
      },
    });
    const hash = (first as { hash: string }).hash;
    expect(second).toMatchObject({ record: { seq: 2, prev: hash } });
  });

  test("files have mode 0600 in a directory of mode 0700", async () => {
    const log = await open();
    await log.append(anEvent());
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect((await stat(await pathOf(0))).mode & 0o777).toBe(0o600);
    await log.close();
  });

  test("a thousand at once get distinct numbers in order and share few writes", async () => {
    let writes = 0;
    const log = await open({
      openFile: watched({
        append: async (file, buffers) => {
          writes += 1;
          await file.append(buffers);
        },
      }),
    });
    const numbers = await appendMany(log, 1_000);
    expect(numbers).toEqual(Array.from({ length: 1_000 }, (_, at) => at + 1));
    expect(writes).toBeLessThan(20);
    await log.close();
    expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: true, records: 1_001 });
  });

  test("a promise resolves only after its record is on the disk", async () => {
    const events: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reached = () => {};
    const writing = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const append = async (file: SegmentFile, buffers: readonly Buffer[]) => {
      reached();
      await held;
      await file.append(buffers);
      events.push("written");
    };
    const log = await open({ openFile: watched({ append }) });
    const appended = log.append(anEvent()).then(() => events.push("acknowledged"));
    await writing;
    expect(log.head().seq).toBe(0);
    expect(events).toEqual([]);
    release();
    await appended;
    expect(events).toEqual(["written", "acknowledged"]);
    expect(log.head().seq).toBe(1);
    await log.close();
  });

  test("an event that is refused takes no number and leaves the log usable", async () => {
    const log = await open();
    const vector = Array.from({ length: 160 }, () => 0.1);
    await expect(log.append(anEvent({ vector }))).rejects.toMatchObject({ code: "EVENT_INVALID" });
    const long = Array.from({ length: 200 }, () => "word ".repeat(1_600));
    await expect(log.append(anEvent({ long }))).rejects.toThrow(/1048576/);
    expect(await log.append(anEvent())).toBe(1);
    await log.close();
  });

  test("records beyond the queue's limits are refused with RESOURCE_EXHAUSTED", async () => {
    const log = await open({ queueRecordsMax: 10 });
    const all = Array.from({ length: 25 }, () => log.append(anEvent()));
    const results = await Promise.allSettled(all);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    expect(results.at(-1)).toMatchObject({ reason: { status: "RESOURCE_EXHAUSTED" } });
    expect(await log.append(anEvent())).toBe(11);
    await log.close();
    const narrow = await open({ queueSizeBytesMax: 100 });
    await expect(narrow.append(anEvent())).rejects.toMatchObject({ reason: "QUEUE_FULL" });
    await narrow.close();
  });

  test("closing waits for what was accepted, and refuses what comes later", async () => {
    const log = await open();
    const appended = appendMany(log, 50);
    await log.close();
    await log.close();
    expect(await appended).toHaveLength(50);
    await expect(log.append(anEvent())).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("files", () => {
  test("a new file is begun by size, and the chain goes on across files and openings", async () => {
    for (let round = 1; round <= 3; round++) {
      const log = await open({ segmentSizeBytes: 1_000 });
      for (let at = 0; at < 10; at++) await log.append(anEvent({ at }));
      const seen = await collect(log.query({ act: "identify" }, 0));
      expect(seen.map(({ record }) => record.details["at"])).toHaveLength(round * 10);
      expect(await log.verify()).toMatchObject({ ok: true, head: log.head(), firstSeq: 1 });
      await log.close();
    }
    expect((await files()).length).toBeGreaterThan(5);
    expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: true, tornBytes: 0 });
  });

  test("a missing, emptied or renamed file is found", async () => {
    const log = await open({ segmentSizeBytes: 1_000 });
    for (let at = 0; at < 20; at++) await log.append(anEvent({ at }));
    await log.close();
    const middle = await pathOf(1);
    const content = await readFile(middle);
    await writeFile(middle, "");
    expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: false });
    await rm(middle);
    expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: false });
    await writeFile(middle.replace(/\d{16}/, "0000000000000003"), content);
    expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: false });
    await expect(open()).rejects.toMatchObject({ code: "BROKEN" });
  });

  test("opening checks as many of the newest files as it is told, and verify checks all", async () => {
    const log = await open({ segmentSizeBytes: 1_000 });
    for (let at = 0; at < 20; at++) await log.append(anEvent({ at }));
    await log.close();
    const first = await pathOf(0);
    await writeFile(first, (await readFile(first, "utf8")).replace("nvr-1", "nvr-2"));
    await expect(open({ verifyAtOpenBytes: Number.POSITIVE_INFINITY })).rejects.toThrow(
      /record 1 /,
    );
    const again = await open({ verifyAtOpenBytes: 1 });
    const next = again.head().seq + 1;
    expect(await again.append(anEvent())).toBe(next);
    expect(await again.verify()).toMatchObject({ ok: false, broken: { seq: 1, line: 1 } });
    await again.close();
  });
});

describe("damage", () => {
  test("a last record cut short is cut away at open, at every length of it", async () => {
    const log = await open();
    await log.append(anEvent());
    await log.append(anEvent({ last: true }));
    await log.close();
    const path = await pathOf(0);
    const file = await readFile(path);
    const firstEnd = file.indexOf(0x0a) + 1;
    const whole = file.subarray(0, file.indexOf(0x0a, firstEnd) + 1);
    for (let size = firstEnd + 1; size < whole.length; size += 1) {
      await writeFile(path, whole.subarray(0, size));
      const torn = await verifyAuditDirectory(directory);
      expect(torn).toMatchObject({ ok: true, records: 1, tornBytes: size - firstEnd });
    }
    const again = await open();
    expect(await again.append(anEvent())).toBe(2);
    await again.close();
    expect(await verifyAuditDirectory(directory)).toMatchObject({
      ok: true,
      records: 3,
      tornBytes: 0,
    });
  });

  test("a record altered, doubled, moved or taken out is named", async () => {
    const log = await open();
    for (let at = 0; at < 5; at++) await log.append(anEvent({ at }));
    await log.close();
    const path = await pathOf(0);
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    const [a, b, c, d, e] = lines;
    const cases: [(string | undefined)[], number][] = [
      [[a, b, c?.replace("nvr-1", "nvr-2"), d, e], 3],
      [[a, b, b, c, d, e], 3],
      [[a, b, d, c, e], 3],
      [[a, b, d, e], 3],
      [[b, c, d, e], 1],
      [[a, b, c, d, "{}"], 5],
      [[a, b, c, d, ""], 5],
      [[a, b, `${c} `, d, e], 3],
    ];
    for (const [changed, seq] of cases) {
      await writeFile(path, `${changed.join("\n")}\n`);
      expect(await verifyAuditDirectory(directory)).toMatchObject({
        ok: false,
        broken: { seq, line: seq, file: "audit-0000000000000001.jsonl" },
      });
      await expect(open()).rejects.toThrow(new RegExp(`broken at record ${seq} `));
    }
  });

  test("a running log notices that its last records were taken away or replaced", async () => {
    const log = await open();
    await appendMany(log, 5);
    const path = await pathOf(0);
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    await writeFile(path, `${lines.slice(0, 4).join("\n")}\n`);
    expect(await log.verify()).toMatchObject({ ok: false, broken: { seq: 5 } });
    await log.close();
  });

  test("a line longer than any record is broken, and is not read whole", async () => {
    const log = await open();
    await log.append(anEvent());
    await log.close();
    await writeFile(await pathOf(0), "x".repeat(3_000_000));
    expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: false, broken: { seq: 1 } });
  });

  test("a directory that cannot be is refused", async () => {
    await writeFile(directory, "a file");
    await expect(open()).rejects.toMatchObject({ code: "UNUSABLE_PATH" });
  });
});

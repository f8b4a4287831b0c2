import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AuditLog, AuditLogOptions } from "../../src/audit/audit-log.js";
import { openSegmentFile, type SegmentFile } from "../../src/audit/segments.js";
import { verifyAuditDirectory } from "../../src/audit/verify-directory.js";
import { anEvent, openLog } from "./events.js";
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

describe("a disk that fails", () => {
  const noSpace = () => Object.assign(new Error("no space"), { code: "ENOSPC" });

  test("after a failed write nothing more is acknowledged, and the error says what to do", async () => {
    let broken = false;
    const append = async (file: SegmentFile, buffers: readonly Buffer[]) => {
      if (broken) throw noSpace();
      await file.append(buffers);
    };
    const log = await open({ openFile: watched({ append }) });
    await log.append(anEvent());
    broken = true;
    const results = await Promise.allSettled([log.append(anEvent()), log.append(anEvent())]);
    for (const result of results) {
      expect(result).toMatchObject({ reason: { code: "WRITE_FAILED" } });
    }
    broken = false;
    await expect(log.append(anEvent())).rejects.toThrow(/ENOSPC.*restart/);
    expect(log.head().seq).toBe(1);
    await log.close();
  });

  test("after a write that stopped half-way, what was acknowledged is there at the next open", async () => {
    let broken = false;
    const append = async (file: SegmentFile, buffers: readonly Buffer[]) => {
      const whole = Buffer.concat(buffers);
      await file.append([broken ? whole.subarray(0, 300) : whole]);
      if (broken) throw noSpace();
    };
    const log = await open({ openFile: watched({ append }) });
    await appendMany(log, 3);
    broken = true;
    const results = await Promise.allSettled([log.append(anEvent()), log.append(anEvent())]);
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    await log.close();
    const again = await open();
    expect(again.head().seq).toBeGreaterThanOrEqual(3);
    expect(await again.verify()).toMatchObject({ ok: true });
    await again.close();
  });

  test("a new file that cannot be made stops the log", async () => {
    let opened = 0;
    const log = await open({
      segmentSizeBytes: 400,
      openFile: async (path) => {
        opened += 1;
        if (opened > 1) throw noSpace();
        return openSegmentFile(path);
      },
    });
    const results = [];
    for (let at = 0; at < 6; at++) results.push(await log.append(anEvent()).catch(() => "refused"));
    // A checkpoint ends the first file.
    expect(results).toEqual([1, 2, "refused", "refused", "refused", "refused"]);
    await log.close();
    expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: true });
  });
});

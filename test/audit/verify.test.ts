import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { VerifyProgress } from "../../src/audit/verify.js";
import { verifyAuditDirectory } from "../../src/audit/verify-directory.js";
import { anEvent, openLog } from "./events.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

test("a running log is checked up to the record that was the newest, while others follow", async () => {
  const log = await openLog(directory, { segmentSizeBytes: 5_000 });
  for (let at = 0; at < 30; at++) await log.append(anEvent({ at }));
  const { seq } = log.head();
  const checking = log.verify();
  for (let at = 0; at < 30; at++) await log.append(anEvent({ at }));
  const result = await checking;
  expect(result).toMatchObject({ ok: true, records: seq, head: { seq } });
  expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: true, head: log.head() });
  await log.close();
});

test("a check that is called off ends, and the next one works", async () => {
  const log = await openLog(directory);
  await log.append(anEvent());
  const aborted = { status: "CANCELLED" };
  await expect(log.verify(AbortSignal.abort())).rejects.toMatchObject(aborted);
  const controller = new AbortController();
  const checking = log.verify(controller.signal);
  setImmediate(() => controller.abort());
  await expect(checking).rejects.toMatchObject(aborted);
  expect(await log.verify(new AbortController().signal)).toMatchObject({ ok: true, records: 1 });
  await log.close();
});

test("an empty or missing log is whole, or cannot be read", async () => {
  expect(await verifyAuditDirectory(directory)).toEqual({
    ok: true,
    records: 0,
    checkpoints: 0,
    firstSeq: 1,
    head: { seq: 0, hash: "0".repeat(64) },
    tornBytes: 0,
  });
  const missing = verifyAuditDirectory(join(directory, "missing"));
  await expect(missing).rejects.toMatchObject({ code: "UNUSABLE_PATH" });
  await mkdir(join(directory, "audit-0000000000000001.jsonl"));
  await expect(verifyAuditDirectory(directory)).rejects.toMatchObject({ code: "UNUSABLE_PATH" });
});

test("the progress comes to all bytes and records", async () => {
  const log = await openLog(directory, { segmentSizeBytes: 5_000 });
  for (let at = 0; at < 30; at++) await log.append(anEvent({ at }));
  await log.close();
  const seen: VerifyProgress[] = [];
  const result = await verifyAuditDirectory(directory, { onProgress: (one) => seen.push(one) });
  const last = seen.at(-1);
  expect(seen.length).toBeGreaterThan(1);
  expect(last?.sizeBytes).toBe(last?.sizeBytesTotal);
  expect(result).toMatchObject({ ok: true, records: last?.records });
});

test("a copy of the files as they are named verifies by itself, whatever came after", async () => {
  const log = await openLog(directory, { segmentSizeBytes: 2_000 });
  for (let at = 0; at < 20; at++) await log.append(anEvent({ at }));
  const files = await log.files();
  const head = log.head();
  await Promise.all(Array.from({ length: 20 }, (_, at) => log.append(anEvent({ at }))));
  const copy = join(directory, "copy");
  for (const { path, name, sizeBytes } of files) {
    await mkdir(dirname(join(copy, name)), { recursive: true });
    const [from, to] = [await open(path, "r"), await open(join(copy, name), "w")];
    const { buffer } = await from.read(Buffer.alloc(sizeBytes), 0, sizeBytes, 0);
    await to.write(buffer);
    await from.close();
    await to.close();
  }
  expect(await verifyAuditDirectory(copy)).toMatchObject({ ok: true, head, tornBytes: 0 });
  await log.close();
});

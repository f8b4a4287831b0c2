import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sha256Hex } from "../../src/audit/sha256.js";
import { verifyAuditDirectory } from "../../src/audit/verify-directory.js";
import { systemClock } from "../../src/base/clock.js";
import { anEvent, openLog, signer } from "./events.js";

let original: string;
let directory: string;
let names: readonly string[];
beforeAll(async () => {
  original = await mkdtemp(join(tmpdir(), "cordon-audit-"));
  const log = await openLog(original, { segmentSizeBytes: 1_200 });
  for (let at = 0; at < 18; at++) await log.append(anEvent({ at }));
  await log.close();
  names = (await readdir(original)).filter((name) => name.endsWith(".jsonl")).sort();
  expect(names.length).toBeGreaterThan(3);
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
  for (const name of names) await copyFile(join(original, name), join(directory, name));
});
afterEach(() => rm(directory, { recursive: true, force: true }));
afterAll(() => rm(original, { recursive: true, force: true }));

const path = (at: number) => join(directory, names.at(at) ?? "");
const firstSeq = (at: number) => Number(/\d{16}/.exec(names.at(at) ?? "")?.[0]);
const linesOf = async (at: number) => (await readFile(path(at), "utf8")).trimEnd().split("\n");
const write = (at: number, lines: readonly (string | undefined)[]) =>
  writeFile(path(at), lines.map((line) => `${line}\n`).join(""));

describe("damage is refused with its place:", () => {
  /** The check, and the opening of the log, name this place. */
  const expectBroken = async (seq: number, at: number, line: number, fault: RegExp) => {
    const lines = await linesOf(at);
    const offsetBytes = Buffer.byteLength(
      lines
        .slice(0, line - 1)
        .map((one) => `${one}\n`)
        .join(""),
    );
    const broken = { seq, file: names.at(at), line, offsetBytes };
    expect(await check()).toMatchObject({
      ok: false,
      broken: { ...broken, fault: expect.stringMatching(fault) },
    });
    await expect(openLog(directory)).rejects.toMatchObject({
      code: "BROKEN",
      message: expect.stringContaining(`record ${seq} ("${path(at)}", line ${line}, byte `),
    });
  };
  const check = () => verifyAuditDirectory(directory, { trustedPublicKey: signer.publicKey });

  test("the log as it was written has none", async () => {
    expect(await check()).toMatchObject({ ok: true, checkpoints: names.length, tornBytes: 0 });
  });

  test("a closed file cut short in a record", async () => {
    const content = await readFile(path(1));
    const lines = await linesOf(1);
    await writeFile(path(1), content.subarray(0, content.length - 9));
    await expectBroken(firstSeq(2) - 1, 1, lines.length, /its end was altered/);
  });

  test("a closed file cut short after a record", async () => {
    await write(1, (await linesOf(1)).slice(0, -1));
    await expectBroken(firstSeq(2) - 1, 2, 1, /a file is missing, doubled or misnamed/);
  });

  test("a file in the middle missing", async () => {
    await rm(path(2));
    await expectBroken(firstSeq(2), 3, 1, /a file is missing/);
  });

  test("a file emptied", async () => {
    await writeFile(path(1), "");
    await expectBroken(firstSeq(1), 1, 1, /its file is empty/);
  });

  test("two files swapped", async () => {
    await rename(path(1), join(directory, "x"));
    await rename(path(2), path(1));
    await rename(join(directory, "x"), path(2));
    await expectBroken(firstSeq(1), 1, 1, /its sequence number is/);
  });

  test("a file doubled under another name", async () => {
    const name = `audit-${String(firstSeq(1) + 1).padStart(16, "0")}.jsonl`;
    await copyFile(path(1), join(directory, name));
    expect(await check()).toMatchObject({
      ok: false,
      broken: { seq: firstSeq(2), file: name, line: 1, offsetBytes: 0 },
    });
  });

  test("one bit flipped in a record's details", async () => {
    const lines = await linesOf(1);
    await write(1, [lines[0], lines[1]?.replace("10.0.0.7", "10.0.0.6"), ...lines.slice(2)]);
    await expectBroken(firstSeq(1) + 1, 1, 2, /its hash is not that of its content/);
  });

  test("two records swapped", async () => {
    const [a, b, ...rest] = await linesOf(2);
    await write(2, [b, a, ...rest]);
    await expectBroken(firstSeq(2), 2, 1, /its sequence number is/);
  });

  test("a record replaced by one of another log with the same number", async () => {
    const other = await openLog(join(directory, "other"));
    for (let at = 0; at < firstSeq(1); at++) await other.append(anEvent());
    await other.close();
    const file = await readFile(join(directory, "other", "audit-0000000000000001.jsonl"), "utf8");
    await write(1, [file.split("\n")[firstSeq(1) - 1], ...(await linesOf(1)).slice(1)]);
    await expectBroken(firstSeq(1), 1, 1, /it does not follow the record before it/);
  });

  test("something appended to a closed file, or to the last", async () => {
    const lines = await linesOf(1);
    await write(1, [...lines, "garbage"]);
    await expectBroken(firstSeq(2), 1, lines.length + 1, /it is not an audit record/);
    await write(1, lines);
    const last = await linesOf(-1);
    await write(-1, [...last, "{}"]);
    await expectBroken(firstSeq(-1) + last.length, -1, last.length + 1, /not an audit record/);
  });

  test("a record whose content is no audit record, with all its hashes right", async () => {
    const log = await openLog(join(directory, "other"));
    await log.append(anEvent());
    await log.close();
    const record = `{"act":7},"prev":"${"0".repeat(64)}","seq":1,"timeMs":1,"v":1}`;
    const hash = sha256Hex(record);
    const file = join(directory, "other", "audit-0000000000000001.jsonl");
    await writeFile(file, `{"hash":"${hash}","record":${record}}\n`);
    await expect(openLog(join(directory, "other"))).rejects.toMatchObject({ code: "BROKEN" });
  });
});

const child = fileURLToPath(new URL("append-until-killed.mjs", import.meta.url));

test("on a disk that is full, what was acknowledged is kept, and the error says what to do", async () => {
  const log = join(directory, "full");
  // 40 blocks of 512 bytes: a file may grow to 20 KB, and then writing fails.
  const command = `ulimit -f 40; exec "${process.execPath}" "${child}" "${log}" 1000000`;
  const shell = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(shell, "exit");
  const [acknowledged, error] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
  await exited;
  expect(error).toMatch(/WRITE_FAILED.*\(E\w+\).*restart the server/);
  const highest = Math.max(...acknowledged.split(";\n").map(Number));
  expect(highest).toBeGreaterThan(10);
  const again = await openLog(log, { clock: systemClock });
  expect(again.head().seq).toBeGreaterThanOrEqual(highest);
  expect(await again.append(anEvent())).toBeGreaterThan(highest);
  expect(await again.verify()).toMatchObject({ ok: true });
  await again.close();
});

test("a directory that cannot be written is refused, and says so", async () => {
  const denied = Object.assign(new Error("read-only file system"), { code: "EROFS" });
  const opened = openLog(directory, { openFile: () => Promise.reject(denied) });
  await expect(opened).rejects.toMatchObject({
    code: "UNUSABLE_PATH",
    message: expect.stringMatching(/cannot be opened for writing.*writable/),
  });
  const noFolder = join(directory, "no-signers");
  await (await openLog(noFolder)).close();
  await rm(join(noFolder, "signers"), { recursive: true });
  await writeFile(join(noFolder, "signers"), "not a folder");
  await expect(openLog(noFolder)).rejects.toMatchObject({ code: "UNUSABLE_PATH" });
});

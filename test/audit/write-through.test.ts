import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSegmentFile } from "../../src/audit/segments.js";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** With which flags this process has a file open, as Linux tells it; null when it has not. */
async function flagsOf(path: string): Promise<number | null> {
  for (const descriptor of await readdir("/proc/self/fd")) {
    const target = await readlink(`/proc/self/fd/${descriptor}`).catch(() => null);
    if (target !== path) continue;
    const info = await readFile(`/proc/self/fdinfo/${descriptor}`, "utf8");
    return Number.parseInt(/^flags:\s*(\d+)$/m.exec(info)?.[1] ?? "", 8);
  }
  return null;
}

describe.runIf(process.platform === "linux")("a file of the log", () => {
  test("is open so that a write returns when it is on the disk, and only at its end", async () => {
    const path = join(directory, "audit-0000000000000001.jsonl");
    const file = await openSegmentFile(path);
    // Linux: O_DSYNC is 010000, O_APPEND 02000, in every architecture that Node.js has.
    const flags = (await flagsOf(path)) ?? 0;
    expect(flags & 0o12000).toBe(0o12000);
    await file.append([Buffer.from("one\n"), Buffer.from("two\n")]);
    expect(await readFile(path, "utf8")).toBe("one\ntwo\n");
    await file.close();
  });
});

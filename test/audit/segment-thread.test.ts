import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startSegmentThread } from "../../src/audit/segment-thread.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const pathOf = (name: string) => join(directory, name);
const line = (n: number) => Buffer.from(`line ${n}\n`);

describe("a thread that writes the log", () => {
  test("writes lines in the order in which they came, of one file after another", async () => {
    const files = startSegmentThread();
    const first = await files.open(pathOf("first"));
    const order: number[] = [];
    const writes = Array.from({ length: 500 }, async (_, n) => {
      await first.append([line(2 * n), line(2 * n + 1)]);
      order.push(n);
    });
    await Promise.all(writes);
    expect(order).toEqual(Array.from({ length: 500 }, (_, n) => n));
    const second = await files.open(pathOf("second"));
    await first.close();
    await second.append([line(1_000)]);
    await second.close();
    await files.end?.();
    const wanted = Array.from({ length: 1_000 }, (_, n) => line(n).toString()).join("");
    expect(await readFile(pathOf("first"), "utf8")).toBe(wanted);
    expect(await readFile(pathOf("second"), "utf8")).toBe("line 1000\n");
  });

  test("tells of what is on the disk without a turn of the event loop", async () => {
    const files = startSegmentThread();
    const file = await files.open(pathOf("first"));
    let isWritten = false;
    const written = file.append([line(1)]).then(() => {
      isWritten = true;
    });
    // This thread does nothing else meanwhile, so that no message reaches it.
    for (let waited = 0; waited < 10_000 && !isWritten; waited += 1) {
      const until = performance.now() + 1;
      while (performance.now() < until);
      file.settle?.();
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(isWritten).toBe(true);
    expect(readFileSync(pathOf("first"), "utf8")).toBe("line 1\n");
    await written;
    await file.close();
    await files.end?.();
  });

  test("after a failure nothing more is written, and all that waits is told why", async () => {
    const files = startSegmentThread();
    const file = await files.open(pathOf("first"));
    const results = await Promise.allSettled([
      file.append([line(1)]),
      files.open(pathOf("missing/second")),
      file.append([line(2)]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    for (const result of results.slice(1))
      expect(result).toMatchObject({ reason: { code: "ENOENT" } });
    await expect(file.append([line(3)])).rejects.toMatchObject({ code: "ENOENT" });
    await file.close();
    await files.end?.();
    expect(await readFile(pathOf("first"), "utf8")).toBe("line 1\n");
  });
});

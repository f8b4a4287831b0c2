import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readAhead } from "../../src/store/read-ahead.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-read-ahead-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe("reading a file ahead", () => {
  test("takes all of it, whatever its size", async () => {
    const path = join(directory, "file");
    for (const size of [0, 1, 1_048_576, 2_500_001]) {
      await writeFile(path, Buffer.alloc(size));
      expect(readAhead(path)).toBe(size);
    }
  });

  test("leaves a file alone that would fill the memory, and one that is not there", async () => {
    const path = join(directory, "file");
    await writeFile(path, Buffer.alloc(1_001));
    expect(readAhead(path, 2_000)).toBe(0);
    expect(readAhead(path, 2_002)).toBe(1_001);
    expect(readAhead(join(directory, "missing"))).toBe(0);
    expect(readAhead(directory)).toBe(0);
  });
});

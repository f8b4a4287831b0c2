import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireAll } from "../../../bench/accuracy/acquire-all.js";
import type { AcquiredImage, Acquirer } from "../../../bench/accuracy/acquired.js";
import { noCache, openCache } from "../../../bench/accuracy/cache.js";
import { createProgress, progressLine } from "../../../bench/progress.js";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "cordon-acquire-"));
  for (const name of ["a", "b", "c", "d"]) await writeFile(join(root, name), `image ${name}`);
});
afterEach(() => rm(root, { recursive: true }));

const silent = createProgress("images", 0, { write: () => true });
const { signal } = new AbortController();

/** Makes a vector of the first byte after "image "; counts its work. */
function fakeAcquirer(fingerprint = "engine") {
  const seen: string[] = [];
  const acquirer: Acquirer = {
    identity: { modelPack: "fake", dimension: 1, fingerprint },
    parallel: 2,
    async acquire(bytes): Promise<AcquiredImage> {
      const text = Buffer.from(bytes).toString();
      seen.push(text);
      if (text === "image d") {
        return { embedding: null, faces: 0, acceptable: true, failure: "IMAGE_UNREADABLE" };
      }
      const embedding = Float32Array.of(text.charCodeAt(6), 0.1);
      return { embedding, faces: 2, acceptable: false, failure: null };
    },
    close: async () => {},
  };
  return { acquirer, seen };
}

describe("acquireAll()", () => {
  it("acquires every image once", async () => {
    const { acquirer, seen } = fakeAcquirer();
    const images = await acquireAll(["a", "b", "d"], root, acquirer, noCache, silent, signal);
    expect(seen.sort()).toEqual(["image a", "image b", "image d"]);
    expect(images.get("a")?.embedding?.[0]).toBe(97);
    expect(images.get("d")).toMatchObject({ embedding: null, failure: "IMAGE_UNREADABLE" });
  });

  it("names the image that is missing", async () => {
    const { acquirer } = fakeAcquirer();
    const run = acquireAll(["a", "none"], root, acquirer, noCache, silent, signal);
    await expect(run).rejects.toThrow(/image of the list cannot be read: .*none/);
  });

  it("stops when it is aborted", async () => {
    const { acquirer, seen } = fakeAcquirer();
    const stopped = AbortSignal.abort(new Error("interrupted"));
    const run = acquireAll(["a"], root, acquirer, noCache, silent, stopped);
    await expect(run).rejects.toThrow("interrupted");
    expect(seen).toEqual([]);
  });
});

describe("openCache()", () => {
  const paths = ["a", "b", "d"];

  it("gives back what an earlier run acquired, bit for bit", async () => {
    const file = join(root, "cache");
    const first = fakeAcquirer();
    const before = await acquireAll(
      paths,
      root,
      first.acquirer,
      await openCache(file),
      silent,
      signal,
    );
    const second = fakeAcquirer();
    const after = await acquireAll(
      paths,
      root,
      second.acquirer,
      await openCache(file),
      silent,
      signal,
    );
    expect(second.seen).toEqual([]);
    expect(after).toEqual(before);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("does not give an image that has changed, nor another engine's", async () => {
    const file = join(root, "cache");
    const cache = await openCache(file);
    await acquireAll(paths, root, fakeAcquirer().acquirer, cache, silent, signal);
    await writeFile(join(root, "a"), "image z");
    const same = fakeAcquirer();
    await acquireAll(paths, root, same.acquirer, await openCache(file), silent, signal);
    expect(same.seen).toEqual(["image z"]);
    const other = fakeAcquirer("another engine");
    await acquireAll(paths, root, other.acquirer, await openCache(file), silent, signal);
    expect(other.seen).toHaveLength(3);
  });

  it("passes over a line that was cut off and writes on after it", async () => {
    const file = join(root, "cache");
    const first = fakeAcquirer();
    await acquireAll(["a", "b"], root, first.acquirer, await openCache(file), silent, signal);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.slice(0, -20));
    const second = fakeAcquirer();
    await acquireAll(["a", "b"], root, second.acquirer, await openCache(file), silent, signal);
    expect(second.seen).toHaveLength(1);
    const third = fakeAcquirer();
    await acquireAll(["a", "b"], root, third.acquirer, await openCache(file), silent, signal);
    expect(third.seen).toEqual([]);
  });

  it("does not touch a file that is something else", async () => {
    const file = join(root, "a");
    await expect(openCache(file)).rejects.toThrow(/not a cache of this bench/);
    expect(await readFile(file, "utf8")).toBe("image a");
    await expect(openCache(join(root, "none", "cache"))).rejects.toThrow(/--cache/);
  });
});

describe("progress", () => {
  it("says what is done, how fast, and what is left", () => {
    expect(progressLine("images", 500, 2000, 10_000)).toBe(
      "images 500/2000 (25 %), 50/s, 30 s left",
    );
    expect(progressLine("images", 20, 20, 4_000)).toBe("images 20/20 (100 %), 5.0/s, 4 s");
    expect(progressLine("images", 0, 20, 0)).toBe("images 0/20 (0 %), 0.0/s");
  });

  it("writes to a log now and then, and to a terminal on one line", () => {
    const written: string[] = [];
    let nowMs = 0;
    const stream = { isTTY: false, write: (text: string) => written.push(text) };
    const log = createProgress("images", 3, stream, () => nowMs);
    log.add();
    nowMs = 6_000;
    log.add();
    log.end();
    expect(written).toHaveLength(2);
    expect(written.every((line) => line.endsWith("\n"))).toBe(true);
    written.length = 0;
    const terminal = createProgress("images", 1, { ...stream, isTTY: true }, () => nowMs);
    nowMs = 7_000;
    terminal.add();
    expect(written[0]).toBe("\r\u001b[2Kimages 1/1 (100 %), 1.0/s, 1 s");
  });
});

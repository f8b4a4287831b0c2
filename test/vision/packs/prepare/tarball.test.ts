import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readTarball } from "../../../../src/vision/packs/prepare/tarball.js";
import { tarballOf } from "./tarballs.js";

const content = { "package/a.txt": Buffer.from("one"), "package/b/c.bin": Buffer.alloc(1500, 7) };

describe("readTarball()", () => {
  test("gives the files of an archive by path", () => {
    const files = readTarball(tarballOf(content));
    expect([...files.keys()]).toEqual(["package/a.txt", "package/b/c.bin"]);
    expect(Buffer.from(files.get("package/a.txt") ?? []).toString()).toBe("one");
    expect(files.get("package/b/c.bin")).toHaveLength(1500);
  });

  test("refuses what is no gzip, no tar, or empty", () => {
    expect(() => readTarball(Buffer.from("hello"))).toThrow();
    expect(() => readTarball(gzipSync(Buffer.alloc(600, 65)))).toThrow("damaged header");
    expect(() => readTarball(gzipSync(Buffer.alloc(1024)))).toThrow("holds no files");
  });

  test("refuses an archive that is cut short", () => {
    const tar = gunzipSync(tarballOf(content));
    expect(() => readTarball(gzipSync(tar.subarray(0, 1700)))).toThrow("cut short");
  });

  test("refuses a header whose checksum is wrong", () => {
    const tar = gunzipSync(tarballOf(content));
    tar[0] = (tar[0] ?? 0) ^ 1;
    expect(() => readTarball(gzipSync(tar))).toThrow("damaged header");
  });
});

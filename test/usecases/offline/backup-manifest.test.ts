import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type BackupFolder,
  decodeManifest,
  encodeManifest,
  manifestName,
  readManifest,
} from "../../../src/usecases/offline/backup-manifest.js";
import { files, manifest } from "./backup-files.js";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "cordon-manifest-"));
});
afterAll(() => rmSync(root, { recursive: true }));

const folder: BackupFolder = {
  ...manifest,
  files: files.map(([name]) => ({ name, sizeBytes: 1, sha256: "cd".repeat(32) })),
};
const text = encodeManifest(folder);
const read = (content: string | Buffer) => {
  writeFileSync(join(root, manifestName), content);
  return readManifest(root);
};

describe("the manifest of a back-up", () => {
  it("reads as it was written", async () => {
    expect(await read(text)).toEqual(folder);
  });

  it("is refused with a bit of any byte flipped", () => {
    const bytes = Buffer.from(text);
    for (const [at, byte] of bytes.entries()) {
      const flipped = Buffer.from(bytes);
      flipped[at] = byte ^ (1 << (at % 8));
      expect(() => decodeManifest(flipped.toString("utf8"), ""), `byte ${at}`).toThrow();
    }
  });

  it.each(["", "{", "[]", "null", text.slice(0, -1), `${text}\n`, "x".repeat(1000)])(
    "is refused when it is %j",
    async (content) => {
      await expect(read(content)).rejects.toThrow(/damaged/);
    },
  );

  it("is refused with a valid checksum when it lacks the database or names a file twice", async () => {
    const without = { ...folder, files: folder.files.slice(1) };
    await expect(read(encodeManifest(without))).rejects.toThrow("cordon.db is not in it");
    const twice = { ...folder, files: [...folder.files, ...folder.files] };
    await expect(read(encodeManifest(twice))).rejects.toThrow("a file is in it twice");
    const above = { name: "../x", sizeBytes: 1, sha256: "cd".repeat(32) };
    const outside = { ...folder, files: [...folder.files, above] };
    await expect(read(encodeManifest(outside))).rejects.toThrow(/files\.4\.name/);
  });

  it("of a newer format says so, and none at all says where it should be", async () => {
    const newer = text.replace('"formatVersion": 1', '"formatVersion": 2');
    await expect(read(newer)).rejects.toThrow("written by a newer Cordon (format 2)");
    await expect(readManifest(join(root, "nowhere"))).rejects.toThrow(/no back-up in this folder/);
  });
});

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readManifest } from "../../../src/usecases/offline/backup-manifest.js";
import { type ReceivedPart, receiveBackup } from "../../../src/usecases/offline/receive-backup.js";
import { fileEnd, files, manifest, partsOf, sentManifest, stream } from "./backup-files.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cordon-receive-"));
});
afterEach(() => rmSync(root, { recursive: true }));

describe("receiving a back-up", () => {
  it("writes every file, readable by its owner alone, and a manifest that reads", async () => {
    const folder = join(root, "backup");
    const seen: number[] = [];
    const made = await receiveBackup(stream(partsOf()), folder, ({ sizeBytes }) => {
      seen.push(sizeBytes);
    });
    for (const [name, content] of files) {
      expect(readFileSync(join(folder, name), "utf8")).toBe(content);
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    for (const each of [folder, join(folder, "audit"), join(folder, "audit/signers")]) {
      expect(statSync(each).mode & 0o777).toBe(0o700);
    }
    expect(await readManifest(folder)).toEqual(made);
    expect(made).toMatchObject({ ...manifest, files: files.map(([name]) => ({ name })) });
    expect(seen.at(-1)).toBe(files.reduce((sum, [, content]) => sum + content.length, 0));
    expect(readdirSync(root)).toEqual(["backup"]);
  });

  const [whole] = [partsOf()];
  const without = (position: number) => whole.filter((_, at) => at !== position);
  const evil = (name: string): ReceivedPart[] => [
    { manifest: { ...sentManifest, files: [name] } },
    { data: Buffer.from("x") },
    fileEnd(name, "x"),
  ];
  it.each<[string, ReceivedPart[]]>([
    ["nothing", []],
    ["no manifest", without(0)],
    ["two manifests", [...whole.slice(0, 1), ...whole]],
    ["a piece less", without(1)],
    ["a piece twice", [...whole.slice(0, 2), ...whole.slice(1)]],
    ["no end", whole.slice(0, -1)],
    ["a file less", without(whole.length - 1).slice(0, -1)],
    ["a file more", [...whole, ...whole.slice(1, 4)]],
    ["a name above", evil("../cordon.db")],
    ["an absolute name", evil("/tmp/cordon.db")],
    ["a name of its own", evil("audit/../../x.pem")],
    ["a key file", evil("key.json")],
  ])("keeps nothing when it gets %s", async (_, parts) => {
    const receiving = receiveBackup(stream(parts), join(root, "backup"));
    await expect(receiving).rejects.toThrow(/The back-up is not whole: /);
    expect(readdirSync(root)).toEqual([]);
  });

  it("keeps nothing when the connection breaks", async () => {
    async function* broken() {
      yield* whole.slice(0, 4);
      throw new Error("connection lost");
    }
    await expect(receiveBackup(broken(), join(root, "backup"))).rejects.toThrow("connection lost");
    expect(readdirSync(root)).toEqual([]);
  });

  it.each(["backup", "backup.partial"])("writes nothing where there is %s", async (name) => {
    mkdirSync(join(root, name));
    const receiving = receiveBackup(stream(whole), join(root, "backup"));
    await expect(receiving).rejects.toThrow(`${name}" already`);
    expect(existsSync(join(root, name, "cordon.db"))).toBe(false);
  });
});

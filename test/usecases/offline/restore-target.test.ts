import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockDataDirectory } from "../../../src/store/data-directory.js";
import { claimTarget, type RestoreTarget } from "../../../src/usecases/offline/restore-target.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cordon-target-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const claim = (name: string) => claimTarget(join(root, name), join(root, name, "key.json"));
const fill = ({ staging }: RestoreTarget) => {
  mkdirSync(join(staging, "audit"));
  for (const name of ["cordon.db", "signer.json"]) writeFileSync(join(staging, name), name);
};

describe("the folder that a back-up is restored into", () => {
  it("gets everything at once, and is locked until then", async () => {
    const target = await claim("a/b/data");
    expect(() => lockDataDirectory(join(root, "a/b/data"))).toThrow(/in use by another server/);
    fill(target);
    await target.commit();
    await target.release();
    const names = readdirSync(join(root, "a/b/data")).sort();
    expect(names).toEqual(["audit", "cordon.db", "cordon.lock", "signer.json"]);
    lockDataDirectory(join(root, "a/b/data")).release();
  });

  it("is gone with the folders around it when nothing was committed", async () => {
    mkdirSync(join(root, "a"));
    const target = await claim("a/b/data");
    fill(target);
    rmSync(target.staging, { recursive: true });
    await target.release();
    expect(readdirSync(join(root, "a"))).toEqual([]);
  });

  it("may be there, empty but for its key file, which stays", async () => {
    mkdirSync(join(root, "data"), { mode: 0o700 });
    writeFileSync(join(root, "data/key.json"), "key");
    const target = await claim("data");
    rmSync(target.staging, { recursive: true });
    await target.release();
    expect(readdirSync(join(root, "data"))).toEqual(["key.json"]);
  });

  it("is refused when anything else is in it", async () => {
    mkdirSync(join(root, "data"), { mode: 0o700 });
    writeFileSync(join(root, "data/cordon.db"), "");
    await expect(claim("data")).rejects.toThrow(/is not empty: it has cordon\.db\./);
    expect(readdirSync(join(root, "data"))).toEqual(["cordon.db"]);
  });

  it("is refused, and left as it was, when a server holds it or others may enter it", async () => {
    mkdirSync(join(root, "data"), { mode: 0o700 });
    const lock = lockDataDirectory(join(root, "data"));
    await expect(claim("data")).rejects.toThrow(/in use by another server/);
    expect(existsSync(join(root, "data/cordon.lock"))).toBe(true);
    lock.release();
    rmSync(join(root, "data/cordon.lock"));
    chmodSync(join(root, "data"), 0o755);
    await expect(claim("data")).rejects.toThrow(/chmod 700/);
    expect(readdirSync(join(root, "data"))).toEqual([]);
  });

  it("is refused when it is a file", async () => {
    writeFileSync(join(root, "data"), "");
    await expect(claim("data")).rejects.toThrow(/cannot be read/);
  });
});

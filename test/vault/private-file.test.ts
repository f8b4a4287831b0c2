import { link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPrivateFile, destroyPrivateFile } from "../../src/vault/private-file.js";
import { VaultError } from "../../src/vault/vault.js";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-private-"));
});
afterEach(() => rm(directory, { recursive: true }));

const fileAt = (name: string) => ({ path: join(directory, name), what: "test file" });

test("a private file that is destroyed is gone, and there was one", async () => {
  const file = fileAt("secret");
  expect(await createPrivateFile(file, Buffer.from("secret"))).toBe(true);
  expect(await destroyPrivateFile(file)).toBe(true);
  expect(await readdir(directory)).toEqual([]);
  expect(await destroyPrivateFile(file)).toBe(false);
  expect(await destroyPrivateFile(fileAt("no/folder"))).toBe(false);
});

test("somebody's other name for a private file is left alone when it is destroyed", async () => {
  const file = fileAt("secret");
  await writeFile(file.path, "secret", { mode: 0o600 });
  await link(file.path, join(directory, "copy"));
  expect(await destroyPrivateFile(file)).toBe(true);
  expect(await readFile(join(directory, "copy"), "utf8")).toBe("secret");
});

test("what is no file is not destroyed, and the error says what to do", async () => {
  await mkdir(join(directory, "folder"));
  await expect(destroyPrivateFile(fileAt("folder"))).rejects.toThrow(VaultError);
  await expect(destroyPrivateFile(fileAt("folder"))).rejects.toThrow(/Remove it/);
});

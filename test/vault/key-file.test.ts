import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createKeyFile, readKeyFile } from "../../src/vault/key-file.js";
import { openVault } from "../../src/vault/open-vault.js";
import { VaultError } from "../../src/vault/vault.js";

let directory: string;
let keyFile: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-vault-"));
  keyFile = join(directory, "key.json");
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

test("an absent key file is made with mode 0600 when it may be, and nothing else is left", async () => {
  const vault = await openVault({ keyFile, createIfAbsent: true });
  expect(vault.keyVersion).toBe(1);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(["key.json"]);
});

test("an absent key file is an error that says so when none may be made", async () => {
  const opening = openVault({ keyFile, createIfAbsent: false });
  await expect(opening).rejects.toThrow(VaultError);
  await expect(openVault({ keyFile, createIfAbsent: false })).rejects.toThrow(/no key file/);
  expect(await readdir(directory)).toEqual([]);
});

test("an existing key file is used, never replaced, even by a hundred at once", async () => {
  await Promise.all(Array.from({ length: 100 }, () => createKeyFile(keyFile)));
  const before = await readFile(keyFile);
  await openVault({ keyFile, createIfAbsent: true });
  await createKeyFile(keyFile);
  expect((await readFile(keyFile)).equals(before)).toBe(true);
  expect(await readdir(directory)).toEqual(["key.json"]);
});

test("a key opened again opens what it wrapped", async () => {
  const wrapped = (await openVault({ keyFile, createIfAbsent: true })).newPersonKey("p");
  const again = await openVault({ keyFile, createIfAbsent: false });
  expect(() => again.openPersonKey("p", wrapped).destroy()).not.toThrow();
});

test("a key file that others may read or write is refused, with the command that mends it", async () => {
  await createKeyFile(keyFile);
  for (const mode of [0o640, 0o604, 0o620, 0o601, 0o666]) {
    await chmod(keyFile, mode);
    await expect(openVault({ keyFile, createIfAbsent: true })).rejects.toThrow(/chmod 600/);
  }
});

test("a directory in place of the key file is refused", async () => {
  await expect(openVault({ keyFile: directory, createIfAbsent: true })).rejects.toThrow(VaultError);
});

test("a key file that is empty, cut, huge, or of another format is refused", async () => {
  await createKeyFile(keyFile);
  const good = await readFile(keyFile, "utf8");
  const bad = [
    "",
    good.slice(0, 60),
    `${good}x`,
    "{}",
    "null",
    "[]",
    "-----BEGIN PRIVATE KEY-----",
    " ".repeat(70_000),
    good.replace('"formatVersion": 1', '"formatVersion": 2'),
    good.replace('"version": 1', '"version": 2'),
    good.replace("cordon-key-file", "other-key-file"),
    good.replace(/"key": "..../, '"key": "AAAA'),
    good.replace(/"key": "[^"]*"/, '"key": "c2hvcnQ="'),
    good.replace(/"keyId": "[^"]*"/, '"keyId": "0011223344556677"'),
    good.replace(/"checksum": "[^"]*"/, '"checksum": ""'),
  ];
  for (const text of bad) {
    expect(text).not.toBe(good);
    await writeFile(keyFile, text);
    await expect(openVault({ keyFile, createIfAbsent: true })).rejects.toThrow(VaultError);
  }
});

test("no error about a key file holds its key", async () => {
  await createKeyFile(keyFile);
  const good = await readFile(keyFile, "utf8");
  const key = /"key": "([^"]*)"/.exec(good)?.[1] ?? "";
  expect(key).toHaveLength(44);
  for (const text of [good.slice(0, -40), good.replace("cordon-key-file", "x")]) {
    await writeFile(keyFile, text);
    const error: unknown = await readKeyFile(keyFile).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VaultError);
    const cause = error instanceof VaultError ? error.cause : undefined;
    expect(`${String(error)} ${String(cause)}`).not.toContain(key.slice(0, 8));
  }
});

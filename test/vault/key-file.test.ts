import { execFile } from "node:child_process";
import { chmod, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { initKeyFile } from "../../src/vault/init-keys.js";
import { describeKeyFile, readKeyFile } from "../../src/vault/key-file.js";
import { openVault } from "../../src/vault/open-vault.js";
import { VaultError } from "../../src/vault/vault.js";
import { makeVaultFolder, type VaultFolder } from "./folder.js";

let folder: VaultFolder;
beforeEach(async () => {
  folder = await makeVaultFolder();
});
afterEach(() => folder.remove());

const mayNotCreate = () => ({ ...folder.options, createIfAbsent: false });

test("absent files are made with mode 0600 when they may be, and none else", async () => {
  const vault = await openVault(folder.options);
  expect(vault.keyVersion).toBe(1);
  expect(vault.keyVersions).toEqual([1]);
  expect(vault.providerName).toBe("file");
  for (const file of [folder.keyFile, folder.signerFile]) {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  }
  expect(await readdir(folder.path)).toEqual(["key.json", "signer.json"]);
});

test("an absent key file is an error that says so when none may be made", async () => {
  const opening = openVault(mayNotCreate());
  await expect(opening).rejects.toThrow(VaultError);
  await expect(opening).rejects.toThrow(/no key file/);
  expect(await readdir(folder.path)).toEqual([]);
});

test("an existing key file is used, never replaced, even by a hundred at once", async () => {
  const made = await Promise.allSettled(
    Array.from({ length: 100 }, () => initKeyFile(folder.keyFile)),
  );
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const before = await readFile(folder.keyFile);
  await openVault(folder.options);
  expect((await readFile(folder.keyFile)).equals(before)).toBe(true);
  expect(await readdir(folder.path)).toEqual(["key.json", "signer.json"]);
});

test("a key opened again opens what it wrapped", async () => {
  const { wrapped } = (await openVault(folder.options)).createPersonKey("p");
  const again = await openVault(mayNotCreate());
  expect(() => again.openPersonKey("p", wrapped).destroy()).not.toThrow();
});

test("init makes a key file in a folder of its own, and says which key it made", async () => {
  const path = join(folder.path, "keys", "key.json");
  const made = await initKeyFile(path);
  expect(made).toEqual(await describeKeyFile(path));
  expect(made).toMatchObject({ provider: "file", keys: [{ version: 1 }] });
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("init refuses to overwrite, whatever is there", async () => {
  await initKeyFile(folder.keyFile);
  const before = await readFile(folder.keyFile);
  await expect(initKeyFile(folder.keyFile)).rejects.toThrow(/already/);
  expect((await readFile(folder.keyFile)).equals(before)).toBe(true);
  await writeFile(folder.signerFile, "other");
  await expect(initKeyFile(folder.signerFile)).rejects.toThrow(/already/);
  expect(await readFile(folder.signerFile, "utf8")).toBe("other");
});

test("describing a key file tells its versions and none of its secrets", async () => {
  expect(await describeKeyFile(folder.keyFile)).toBeNull();
  const vault = await openVault(folder.options);
  await vault.rotate();
  const described = await describeKeyFile(folder.keyFile);
  expect(described?.keys.map(({ version }) => version)).toEqual([1, 2]);
  const entries = await readKeyFile(folder.keyFile, "file");
  for (const { key } of entries ?? []) expect(JSON.stringify(described)).not.toContain(key);
});

test("files that others may read or write are refused, with what mends it", async () => {
  await openVault(folder.options);
  for (const file of [folder.keyFile, folder.signerFile]) {
    for (const mode of [0o640, 0o604, 0o620, 0o601, 0o666]) {
      await chmod(file, mode);
      await expect(openVault(folder.options)).rejects.toThrow(/chmod 600/);
    }
    await chmod(file, 0o600);
  }
  await expect(openVault(folder.options)).resolves.toBeDefined();
});

test("a directory or a pipe in place of the key file is refused", async () => {
  const inDirectory = openVault({ ...folder.options, keyFile: folder.path });
  await expect(inDirectory).rejects.toThrow(VaultError);
  await promisify(execFile)("mkfifo", ["-m", "600", folder.keyFile]);
  await expect(openVault(folder.options)).rejects.toThrow(/nor any file/);
});

test("a key file that is empty, cut, huge, or of another format is refused", async () => {
  await initKeyFile(folder.keyFile);
  const good = await readFile(folder.keyFile, "utf8");
  const bad = [
    "",
    good.slice(0, 60),
    `${good}x`,
    "{}",
    "null",
    "[]",
    "-----BEGIN PRIVATE KEY-----",
    " ".repeat(300_000),
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
    await writeFile(folder.keyFile, text);
    await expect(openVault(folder.options)).rejects.toThrow(VaultError);
  }
});

test("no error about a key file holds its key", async () => {
  await initKeyFile(folder.keyFile);
  const good = await readFile(folder.keyFile, "utf8");
  const key = /"key": "([^"]*)"/.exec(good)?.[1] ?? "";
  expect(key).toHaveLength(44);
  for (const text of [good.slice(0, -40), good.replace("cordon-key-file", "x")]) {
    await writeFile(folder.keyFile, text);
    const error: unknown = await describeKeyFile(folder.keyFile).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VaultError);
    const cause = error instanceof VaultError ? error.cause : undefined;
    expect(`${String(error)} ${String(cause)}`).not.toContain(key.slice(0, 8));
  }
});

test("no key is made where a signer file says that there was one", async () => {
  await openVault(folder.options);
  await rm(folder.keyFile);
  await expect(openVault(folder.options)).rejects.toThrow(/there was one/);
  expect(await readdir(folder.path)).toEqual(["signer.json"]);
});

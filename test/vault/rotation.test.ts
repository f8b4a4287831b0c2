import {
  cp,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keysMax, readKeyFile } from "../../src/vault/key-file.js";
import { openVault } from "../../src/vault/open-vault.js";
import { type Vault, VaultError } from "../../src/vault/vault.js";
import { makeVaultFolder, type VaultFolder } from "./folder.js";

let folder: VaultFolder;
let vault: Vault;
beforeEach(async () => {
  folder = await makeVaultFolder();
  vault = await openVault(folder.options);
});
afterEach(async () => {
  vault.close();
  await folder.remove();
});

const reopened = () => openVault({ ...folder.options, createIfAbsent: false });
const leftovers = async () =>
  (await readdir(folder.path)).filter((name) => !["key.json", "signer.json"].includes(name));

function opens(opening: Vault, wrapped: Uint8Array): boolean {
  try {
    opening.openPersonKey("p", wrapped).destroy();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(VaultError);
    return false;
  }
}

test("after a rotation the new key wraps and the old one opens, also restarted", async () => {
  const { wrapped: before } = vault.createPersonKey("p");
  expect(await vault.rotate()).toBe(2);
  expect(vault.keyVersions).toEqual([1, 2]);
  const { wrapped: after, keyVersion } = vault.createPersonKey("p");
  expect(keyVersion).toBe(2);
  const again = await reopened();
  for (const each of [vault, again]) {
    expect(each.keyVersion).toBe(2);
    expect([before, after].map((wrapped) => opens(each, wrapped))).toEqual([true, true]);
  }
  expect((await stat(folder.keyFile)).mode & 0o777).toBe(0o600);
  expect(await leftovers()).toEqual([]);
});

test("a re-wrapped key is the same data key, and outlives the old one", async () => {
  const { wrapped, key } = vault.createPersonKey("p");
  const sealed = key.seal("c", Uint8Array.of(7));
  await vault.rotate();
  const anew = vault.rewrapPersonKey("p", wrapped);
  expect(anew.keyVersion).toBe(2);
  expect(await vault.retire()).toEqual([1]);
  expect(vault.keyVersions).toEqual([2]);
  for (const each of [vault, await reopened()]) {
    expect([...each.openPersonKey("p", anew.wrapped).open("c", sealed)]).toEqual([7]);
    expect(() => each.openPersonKey("p", wrapped)).toThrow(/key 1 .* retired/);
    expect(() => each.rewrapPersonKey("p", wrapped)).toThrow(/retired/);
  }
});

test("another person's key is not re-wrapped", () => {
  const { wrapped } = vault.createPersonKey("p");
  expect(() => vault.rewrapPersonKey("q", wrapped)).toThrow(VaultError);
});

test("a wrapped key that is labelled with another version opens for none", async () => {
  await vault.rotate();
  const wrapped = Buffer.from(vault.createPersonKey("p").wrapped);
  wrapped.writeUInt32BE(1, 1);
  expect(() => vault.openPersonKey("p", wrapped)).toThrow(VaultError);
  wrapped.writeUInt32BE(3, 1);
  expect(() => vault.openPersonKey("p", wrapped)).toThrow(/not in the key file/);
});

test("retiring one key alone retires nothing", async () => {
  expect(await vault.retire()).toEqual([]);
  expect(vault.keyVersions).toEqual([1]);
});

test("retiring zeroes the bytes of the file that it replaces", async () => {
  await vault.rotate();
  const old = await open(folder.keyFile, "r");
  await vault.retire();
  const bytes = await old.readFile();
  await old.close();
  expect(bytes.length).toBeGreaterThan(200);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
});

test("retired keys are gone from the folder, also from what killed rotations left", async () => {
  await vault.rotate();
  const [old] = (await readKeyFile(folder.keyFile, "file")) ?? [];
  // What a rotation left that was killed between linking and unlinking.
  const stale = `${folder.keyFile}.00000000-0000-4000-8000-000000000000.tmp`;
  await cp(folder.keyFile, stale);
  await vault.retire();
  expect(await leftovers()).toEqual([]);
  for (const name of await readdir(folder.path)) {
    expect(await readFile(join(folder.path, name), "utf8")).not.toContain(old?.key);
  }
});

test("a back-up made as a hard link survives the retiring", async () => {
  await vault.rotate();
  const backup = join(folder.path, "backup");
  await link(folder.keyFile, backup);
  const before = await readFile(backup);
  await vault.retire();
  expect((await readFile(backup)).equals(before)).toBe(true);
});

test("a key file behind a symbolic link is replaced where it is", async () => {
  const elsewhere = join(folder.path, "elsewhere");
  await mkdir(elsewhere);
  await cp(folder.keyFile, join(elsewhere, "real.json"));
  await rm(folder.keyFile);
  await symlink(join(elsewhere, "real.json"), folder.keyFile);
  await vault.rotate();
  expect(await readdir(elsewhere)).toEqual(["real.json"]);
  expect(await readKeyFile(join(elsewhere, "real.json"), "file")).toHaveLength(2);
});

test("the key file takes no more than its bound, and retiring makes room", async () => {
  for (let version = 2; version <= keysMax; version++) await vault.rotate();
  const before = await readFile(folder.keyFile);
  await expect(vault.rotate()).rejects.toThrow(/cordon keys retire/);
  expect((await readFile(folder.keyFile)).equals(before)).toBe(true);
  expect(await vault.retire()).toHaveLength(keysMax - 1);
  expect(await vault.rotate()).toBe(keysMax + 1);
  expect((await reopened()).keyVersions).toEqual([keysMax, keysMax + 1]);
});

test("rotations and retirings that are asked for at once follow one another", async () => {
  const { publicKey } = vault.signer;
  const rotated = await Promise.all([vault.rotate(), vault.rotate(), vault.retire()]);
  expect(rotated).toEqual([2, 3, [1, 2]]);
  await Promise.all([vault.rotate(), vault.retire(), vault.rotate()]);
  const again = await reopened();
  expect(again.keyVersions).toEqual([4, 5]);
  expect(again.signer.publicKey).toEqual(publicKey);
});

test("a key file that another server changed meanwhile is not overwritten", async () => {
  const other = await reopened();
  await other.rotate();
  const { wrapped } = other.createPersonKey("p");
  await expect(vault.rotate()).rejects.toThrow(/changed since/);
  await expect(vault.retire()).resolves.toEqual([]);
  expect(vault.keyVersion).toBe(1);
  expect(opens(await reopened(), wrapped)).toBe(true);
});

test("a rotation that cannot be kept changes nothing", async () => {
  const { wrapped } = vault.createPersonKey("p");
  await rm(folder.keyFile);
  await expect(vault.rotate()).rejects.toThrow(VaultError);
  expect(vault.keyVersions).toEqual([1]);
  expect(opens(vault, wrapped)).toBe(true);
  await writeFile(folder.keyFile, "{}", { mode: 0o600 });
  await expect(vault.rotate()).rejects.toThrow(VaultError);
  expect(await readFile(folder.keyFile, "utf8")).toBe("{}");
});

test("a vault that is closed during a rotation ends it, and keeps what it wrote", async () => {
  const rotating = vault.rotate();
  vault.close();
  await rotating.catch((error: unknown) => expect(error).toBeInstanceOf(VaultError));
  const again = await reopened();
  expect([1, 2]).toContain(again.keyVersion);
  expect(opens(again, again.createPersonKey("p").wrapped)).toBe(true);
});

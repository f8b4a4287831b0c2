import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openVault } from "../../src/vault/open-vault.js";
import {
  parsePublicKey,
  publicKeyToBase64,
  publicKeyToPem,
  verifySignature,
} from "../../src/vault/signer.js";
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
const message = Buffer.from("receipt");

/** RFC 8032, 7.1, tests 2 and 3. */
const vectors = [
  {
    publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac" +
      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
];

test("signatures of the standard's examples verify, and not for each other's message", () => {
  const bytes = vectors.map(({ publicKey, message: text, signature }) => ({
    publicKey: Buffer.from(publicKey, "hex"),
    message: Buffer.from(text, "hex"),
    signature: Buffer.from(signature, "hex"),
  }));
  for (const one of bytes) {
    for (const other of bytes) {
      const genuine = verifySignature(one.publicKey, other.message, other.signature);
      expect(genuine).toBe(one === other);
    }
  }
});

test("what the vault signs verifies, and no changed bit of it does", () => {
  const { publicKey } = vault.signer;
  const signature = vault.signer.sign(message);
  expect(publicKey).toHaveLength(32);
  expect(signature).toHaveLength(64);
  expect(verifySignature(publicKey, message, signature)).toBe(true);
  for (const [name, part] of Object.entries({ publicKey, message, signature })) {
    for (let bit = 0; bit < part.length * 8; bit++) {
      const changed = Uint8Array.from(part);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const all = { publicKey, message, signature, [name]: changed };
      expect(verifySignature(all.publicKey, all.message, all.signature)).toBe(false);
    }
  }
});

test("bytes of whatever length are no signature and no error", () => {
  for (const size of [0, 1, 31, 32, 33, 63, 64, 65, 1_000]) {
    for (const fill of [0, 1, 255]) {
      const bytes = new Uint8Array(size).fill(fill);
      expect(verifySignature(vault.signer.publicKey, message, bytes)).toBe(false);
      expect(verifySignature(bytes, message, vault.signer.sign(message).fill(fill))).toBe(false);
    }
  }
});

test("a public key reads back from PEM and from base64", () => {
  const { publicKey } = vault.signer;
  const pem = publicKeyToPem(publicKey);
  expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[^-]+\n-----END PUBLIC KEY-----\n$/);
  for (const text of [pem, `\n ${pem} `, publicKeyToBase64(publicKey)]) {
    expect([...parsePublicKey(text)]).toEqual([...publicKey]);
  }
});

test("what is no Ed25519 public key does not read as one", () => {
  const rsaLike = publicKeyToPem(vault.signer.publicKey).replace("MCow", "MCox");
  const x25519 = publicKeyToPem(vault.signer.publicKey).replace("MCowBQYDK2Vw", "MCowBQYDK2Vu");
  for (const text of [
    "",
    "AAAA",
    "not base64 at all, but 44 characters long!!!",
    rsaLike,
    x25519,
  ]) {
    expect(() => parsePublicKey(text)).toThrow(VaultError);
  }
  expect(() => publicKeyToPem(new Uint8Array(31))).toThrow(VaultError);
});

test("the signer is the same after restarts, rotations and retirings", async () => {
  const { publicKey } = vault.signer;
  const signature = vault.signer.sign(message);
  await vault.rotate();
  await vault.rotate();
  await vault.retire();
  for (const each of [vault, await reopened()]) {
    expect(each.signer.publicKey).toEqual(publicKey);
    expect(verifySignature(publicKey, message, each.signer.sign(message))).toBe(true);
  }
  expect(verifySignature(publicKey, message, signature)).toBe(true);
});

test("a changed public key in the caller's hands does not change the signer's", () => {
  const { publicKey } = vault.signer;
  vault.signer.publicKey.fill(0);
  expect(vault.signer.publicKey).toEqual(publicKey);
});

test("the file shows the public key, and another file has another signer", async () => {
  const text = await readFile(folder.signerFile, "utf8");
  expect(text).toContain(publicKeyToBase64(vault.signer.publicKey));
  const other = await openVault({ ...folder.options, signerFile: join(folder.path, "other.json") });
  expect(other.signer.publicKey).not.toEqual(vault.signer.publicKey);
});

test("an absent signer is made only where the caller says so", async () => {
  const { publicKey } = vault.signer;
  await rm(folder.signerFile);
  await expect(reopened()).rejects.toThrow(/no signer file/);
  const options = { ...folder.options, createIfAbsent: false, createSignerIfAbsent: true };
  expect((await openVault(options)).signer.publicKey).not.toEqual(publicKey);
  await rm(folder.signerFile);
  const strict = openVault({ ...folder.options, createSignerIfAbsent: false });
  await expect(strict).rejects.toThrow(/no signer file/);
});

test("a signer left under an old key by a broken-off rotation gets the new one", async () => {
  const early = join(folder.path, "early.json");
  await cp(folder.signerFile, early);
  const { publicKey } = vault.signer;
  await vault.rotate();
  await cp(early, folder.signerFile);
  const again = await reopened();
  expect(await again.retire()).toEqual([1]);
  expect((await reopened()).signer.publicKey).toEqual(publicKey);
});

test("a signer file that only a retired key opens, or another key file's, is refused", async () => {
  const early = join(folder.path, "early.json");
  await cp(folder.signerFile, early);
  await vault.rotate();
  await vault.retire();
  await cp(early, folder.signerFile);
  await expect(reopened()).rejects.toThrow(/belong together/);
});

test("retiring takes a signer that was put back off its old key before that goes", async () => {
  const early = join(folder.path, "early.json");
  await cp(folder.signerFile, early);
  await vault.rotate();
  await cp(early, folder.signerFile);
  await vault.retire();
  expect((await reopened()).signer.publicKey).toEqual(vault.signer.publicKey);
});

test("no key is changed while the signer file holds another signer", async () => {
  await vault.rotate();
  const other = await makeVaultFolder();
  await openVault(other.options);
  await cp(other.signerFile, folder.signerFile);
  await other.remove();
  const before = await readFile(folder.keyFile);
  await expect(vault.rotate()).rejects.toThrow(/another signer/);
  await expect(vault.retire()).rejects.toThrow(/another signer/);
  expect(vault.keyVersions).toEqual([1, 2]);
  expect((await readFile(folder.keyFile)).equals(before)).toBe(true);
});

test("a signer file that is cut, changed or no signer file is refused", async () => {
  const good = await readFile(folder.signerFile, "utf8");
  const publicKey = publicKeyToBase64(vault.signer.publicKey);
  const bad = [
    "",
    "{}",
    good.slice(0, 80),
    good.replace("cordon-signer", "x"),
    good.replace(/"wrappedSeeds": \[[^\]]*\]/, '"wrappedSeeds": []'),
    good.replace(publicKey, publicKeyToBase64(new Uint8Array(32).fill(9))),
    good.replace(publicKey, "AAAA"),
    good.replace(/(.)("\s*\])/, (_, last, end) => `${last === "A" ? "B" : "A"}${end}`),
    good.replace(/(.{8})(={0,2}"\s*\])/, "AAAAAAAA$2"),
    " ".repeat(20_000),
  ];
  for (const text of bad) {
    expect(text).not.toBe(good);
    await writeFile(folder.signerFile, text);
    await expect(reopened()).rejects.toThrow(VaultError);
  }
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFileKeyProvider } from "../../src/vault/file-key-provider.js";
import { createVault, openVault } from "../../src/vault/open-vault.js";
import { type Details, openDetails, sealDetails } from "../../src/vault/sealed-details.js";
import { openTemplate, sealTemplate } from "../../src/vault/sealed-template.js";
import { type PersonKey, type Vault, VaultError } from "../../src/vault/vault.js";

let directory: string;
let vault: Vault;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-vault-"));
  vault = await openVault({ keyFile: join(directory, "key.json"), createIfAbsent: true });
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

const noDetails: Details = { displayName: "", externalReference: "", birthDate: "", ageBand: "" };
const template = { templateId: "t1", modelPack: "pack" };

function newKey(personId = "p"): PersonKey {
  return vault.openPersonKey(personId, vault.newPersonKey(personId));
}

function unit(dimension: number): Float32Array {
  const vector = Float32Array.from({ length: dimension }, (_, at) => Math.sin(at + 1));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

test("a template comes back bit for bit", () => {
  const key = newKey();
  for (const dimension of [1, 2, 160, 512, 4_096]) {
    const vector = unit(dimension);
    expect(openTemplate(key, template, sealTemplate(key, template, vector))).toEqual(vector);
  }
});

test("a sealed template holds its vector in no byte order", () => {
  const vector = unit(160);
  const sealed = Buffer.from(sealTemplate(newKey(), template, vector));
  const little = Buffer.from(vector.buffer.slice(0));
  const big = Buffer.from(little).swap32();
  for (let at = 0; at < 640; at += 8) {
    expect(sealed.includes(little.subarray(at, at + 8))).toBe(false);
    expect(sealed.includes(big.subarray(at, at + 8))).toBe(false);
  }
});

test("sealing the same twice gives different bytes, and so do two keys of one person", () => {
  const key = newKey();
  const vector = unit(160);
  const one = Buffer.from(sealTemplate(key, template, vector));
  expect(one.equals(sealTemplate(key, template, vector))).toBe(false);
  expect(Buffer.from(vault.newPersonKey("p")).equals(vault.newPersonKey("p"))).toBe(false);
});

test("what is no unit vector of finite floats is not sealed", () => {
  const key = newKey();
  const bad = [
    new Float32Array(0),
    new Float32Array(160),
    new Float32Array(4_097).fill(1 / Math.sqrt(4_097)),
    Float32Array.of(1.1, 0),
    Float32Array.of(Number.NaN, 1),
    Float32Array.of(Number.POSITIVE_INFINITY, 1),
  ];
  for (const vector of bad) expect(() => sealTemplate(key, template, vector)).toThrow(VaultError);
});

test("a genuine seal of what is no template does not open as one", () => {
  const key = newKey();
  const context = JSON.stringify(["template", "t1", "pack"]);
  const contents = [new Uint8Array(0), new Uint8Array(7), new Uint8Array(640).fill(0xff)];
  for (const content of contents) {
    const sealed = key.seal(context, content);
    expect(() => openTemplate(key, template, sealed)).toThrow(VaultError);
  }
});

test("another template, pack or person opens nothing", () => {
  const key = newKey();
  const sealed = sealTemplate(key, template, unit(160));
  const others = [
    { templateId: "t2", modelPack: "pack" },
    { templateId: "t1", modelPack: "pack2" },
    { templateId: "t1|pack", modelPack: "" },
  ];
  for (const other of others) expect(() => openTemplate(key, other, sealed)).toThrow(VaultError);
  expect(() => openTemplate(newKey("q"), template, sealed)).toThrow(VaultError);
  expect(() => openTemplate(newKey("p"), template, sealed)).toThrow(VaultError);
  expect(() => openDetails(key, sealed)).toThrow(VaultError);
});

test("details come back, and their sealed length tells little of a name's length", () => {
  const key = newKey();
  const details: Details = {
    displayName: '王小明 🚉 "\\\u0000\ud800',
    externalReference: "案-42",
    birthDate: "2015-02-28",
    ageBand: "UNDER_14",
  };
  expect(openDetails(key, sealDetails(key, details))).toEqual(details);
  const empty = sealDetails(key, noDetails);
  const long = sealDetails(key, { ...noDetails, displayName: "n".repeat(100) });
  expect(long.length).toBe(empty.length);
});

test("details sealed before an age was asked for open without one", () => {
  const key = newKey();
  const old = Buffer.from('{"displayName":"王小明","externalReference":"42"}');
  const sealed = key.seal(JSON.stringify(["details"]), old);
  expect(openDetails(key, sealed)).toEqual({
    ...noDetails,
    displayName: "王小明",
    externalReference: "42",
  });
});

test("details that are too long are not sealed", () => {
  const details = { ...noDetails, displayName: "n".repeat(4_097) };
  expect(() => sealDetails(newKey(), details)).toThrow(VaultError);
});

test("a key opens only for its own person", () => {
  const wrapped = vault.newPersonKey("p");
  expect(() => vault.openPersonKey("q", wrapped)).toThrow(VaultError);
  expect(() => vault.openPersonKey("", wrapped)).toThrow(VaultError);
});

test("bytes that are no wrapped key or no sealed field are refused", () => {
  const key = newKey();
  for (const size of [0, 1, 2, 12, 13, 29, 30, 72, 73, 74, 1_000]) {
    for (const fill of [0, 1, 255]) {
      const bytes = new Uint8Array(size).fill(fill);
      expect(() => vault.openPersonKey("p", bytes)).toThrow(VaultError);
      expect(() => key.open("c", bytes)).toThrow(VaultError);
    }
  }
});

test("a key file that is not the database's is named in the error", async () => {
  const other = await openVault({ keyFile: join(directory, "other.json"), createIfAbsent: true });
  expect(() => other.openPersonKey("p", vault.newPersonKey("p"))).toThrow(/not in the key file/);
});

test("a destroyed key neither seals nor opens, and the wrapped one still does", () => {
  const wrapped = vault.newPersonKey("p");
  const key = vault.openPersonKey("p", wrapped);
  const sealed = key.seal("c", Uint8Array.of(1));
  key.destroy();
  key.destroy();
  expect(() => key.seal("c", Uint8Array.of(1))).toThrow(VaultError);
  expect(() => key.open("c", sealed)).toThrow(VaultError);
  expect([...vault.openPersonKey("p", wrapped).open("c", sealed)]).toEqual([1]);
});

test("more bytes than may be sealed at once are refused", () => {
  expect(() => newKey().seal("c", new Uint8Array(65_537))).toThrow(VaultError);
});

test("a provider that was closed wraps and unwraps nothing", async () => {
  const keyFile = join(directory, "key.json");
  const provider = await openFileKeyProvider({ keyFile, createIfAbsent: false });
  const closing = createVault(provider);
  const wrapped = closing.newPersonKey("p");
  provider.close();
  expect(() => closing.newPersonKey("p")).toThrow(/closed/);
  expect(() => closing.openPersonKey("p", wrapped)).toThrow(/closed/);
});

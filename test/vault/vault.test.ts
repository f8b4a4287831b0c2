import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openVault } from "../../src/vault/open-vault.js";
import { newDataKey } from "../../src/vault/person-key.js";
import { type Details, openDetails, sealDetails } from "../../src/vault/sealed-details.js";
import { openTemplate, sealTemplate } from "../../src/vault/sealed-template.js";
import { type PersonKey, type Vault, VaultError } from "../../src/vault/vault.js";
import { makeVaultFolder, type VaultFolder } from "./folder.js";

let folder: VaultFolder;
let vault: Vault;
beforeAll(async () => {
  folder = await makeVaultFolder();
  vault = await openVault(folder.options);
});
afterAll(async () => {
  vault.close();
  await folder.remove();
});

const noDetails: Details = {
  displayName: "",
  externalReference: "",
  birthDate: "",
  ageBand: "",
  requestDigest: "",
};
const template = { templateId: "t1", modelPack: "pack" };

function newKey(personId = "p"): PersonKey {
  return vault.createPersonKey(personId).key;
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
  const { wrapped } = vault.createPersonKey("p");
  expect(Buffer.from(wrapped).equals(vault.createPersonKey("p").wrapped)).toBe(false);
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
    requestDigest: "0123456789abcdef".repeat(4),
  };
  expect(openDetails(key, sealDetails(key, details))).toEqual(details);
  const empty = sealDetails(key, noDetails);
  const long = sealDetails(key, { ...noDetails, displayName: "n".repeat(100) });
  expect(long.length).toBe(empty.length);
});

test("details sealed before an age or a request was kept open without one", () => {
  const key = newKey();
  const old = Buffer.from('{"displayName":"王小明","externalReference":"42"}');
  const sealed = key.seal(JSON.stringify(["details"]), old);
  expect(openDetails(key, sealed)).toEqual({
    ...noDetails,
    displayName: "王小明",
    externalReference: "42",
  });
});

test("details that are too long, or hold no digest for one, are not sealed", () => {
  const bad: Details[] = [
    { ...noDetails, displayName: "n".repeat(4_097) },
    { ...noDetails, requestDigest: "0123" },
    { ...noDetails, requestDigest: "ABCDEF0123456789".repeat(4) },
  ];
  for (const details of bad) expect(() => sealDetails(newKey(), details)).toThrow(VaultError);
});

test("a key opens only for its own person", () => {
  const wrapped = vault.createPersonKey("p").wrapped;
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
  const other = await openVault({
    ...folder.options,
    keyFile: join(folder.path, "other.json"),
    signerFile: join(folder.path, "other-signer.json"),
  });
  expect(() => other.openPersonKey("p", vault.createPersonKey("p").wrapped)).toThrow(
    /not in the key file/,
  );
});

test("a destroyed key neither seals nor opens, and the wrapped one still does", () => {
  const wrapped = vault.createPersonKey("p").wrapped;
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

test("a created key is open, and its wrapped form opens as the same key", () => {
  const { wrapped, keyVersion, key } = vault.createPersonKey("p");
  expect(keyVersion).toBe(vault.keyVersion);
  const sealed = key.seal("c", Uint8Array.of(1, 2, 3));
  key.destroy();
  expect([...vault.openPersonKey("p", wrapped).open("c", sealed)]).toEqual([1, 2, 3]);
});

test("a hundred thousand random draws of a key repeat none", () => {
  const drawn = new Set(Array.from({ length: 100_000 }, () => newDataKey().toString("hex")));
  expect(drawn.size).toBe(100_000);
  expect(drawn.has("00".repeat(32))).toBe(false);
});

test("an opened template is in memory of its own, and can be handed to another thread", () => {
  const key = newKey();
  const opened = openTemplate(key, template, sealTemplate(key, template, unit(160)));
  expect(opened.buffer.byteLength).toBe(640);
  const memory = opened.buffer as ArrayBuffer;
  expect(structuredClone(opened, { transfer: [memory] })).toEqual(unit(160));
});

test("a vault that was closed wraps, unwraps and signs nothing", async () => {
  const closing = await openVault(folder.options);
  const { wrapped } = closing.createPersonKey("p");
  closing.close();
  closing.close();
  expect(() => closing.createPersonKey("p")).toThrow(/closed/);
  expect(() => closing.openPersonKey("p", wrapped)).toThrow(/closed/);
  expect(() => closing.rewrapPersonKey("p", wrapped)).toThrow(/closed/);
  expect(() => closing.signer.sign(Uint8Array.of(1))).toThrow(/closed/);
  await expect(closing.rotate()).rejects.toThrow(/closed/);
  await expect(closing.retire()).rejects.toThrow(/closed/);
});

test("a stream's key comes back, bound to what it is of, and none is a person's", () => {
  const { wrapped, key } = vault.createStreamKey("a snapshot");
  expect(key).toHaveLength(32);
  expect(vault.openStreamKey("a snapshot", wrapped)).toEqual(key);
  expect(vault.createStreamKey("a snapshot").key).not.toEqual(key);
  expect(() => vault.openStreamKey("another", wrapped)).toThrow(VaultError);
  expect(() => vault.openPersonKey("a snapshot", wrapped)).toThrow(VaultError);
  const person = vault.createPersonKey("a snapshot");
  expect(() => vault.openStreamKey("a snapshot", person.wrapped)).toThrow(VaultError);
});

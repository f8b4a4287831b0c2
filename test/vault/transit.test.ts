import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { initKeyFile, initTransitKeyFile } from "../../src/vault/init-keys.js";
import { describeKeyFile, readKeyFile } from "../../src/vault/key-file.js";
import { openVault } from "../../src/vault/open-vault.js";
import { VaultError } from "../../src/vault/vault.js";
import { makeTransitFolder, type TransitFolder } from "./transit-folder.js";
import type { TransitFault } from "./transit-server.js";

let folder: TransitFolder;
let { server, transit, options, reopened } = {} as TransitFolder;
beforeEach(async () => {
  folder = await makeTransitFolder();
  ({ server, transit, options, reopened } = folder);
});
afterEach(() => folder.remove());

const operations = () => server.requests.map(({ path }) => path.split("/")[1]);
const ciphertexts = async () =>
  ((await readKeyFile(folder.keyFile, "transit")) ?? []).map(({ key }) => key);

test("the key file holds what transit made of the key, and never the key", async () => {
  const vault = await openVault(options);
  expect(vault.providerName).toBe("transit");
  const [ciphertext] = await ciphertexts();
  expect(ciphertext).toMatch(/^vault:v1:/);
  const sent = server.requests.find(({ path }) => path.includes("encrypt"))?.body["plaintext"];
  const key = Buffer.from(String(sent), "base64");
  expect(key).toHaveLength(32);
  for (const name of await readdir(folder.path)) {
    const bytes = await readFile(join(folder.path, name));
    expect(bytes.includes(key)).toBe(false);
    expect(bytes.toString("utf8")).not.toContain(String(sent));
  }
});

test("a vault opened again asks transit once for each key, and then never", async () => {
  const vault = await openVault(options);
  await vault.rotate();
  const { wrapped } = vault.createPersonKey("p");
  server.requests.length = 0;
  const again = await reopened();
  expect(operations()).toEqual(["decrypt", "decrypt"]);
  await server.close();
  for (let each = 0; each < 100; each++) again.openPersonKey("p", wrapped).destroy();
  expect(again.signer.publicKey).toEqual(vault.signer.publicKey);
});

test("rotation adds a key, and lets transit's newest key encrypt the others anew", async () => {
  const vault = await openVault(options);
  const { wrapped } = vault.createPersonKey("p");
  server.rotateKey();
  expect(await vault.rotate()).toBe(2);
  expect((await ciphertexts()).map((each) => each.slice(0, 9))).toEqual(["vault:v2:", "vault:v2:"]);
  server.setMinDecryptionVersion(2);
  const again = await reopened();
  const anew = again.rewrapPersonKey("p", wrapped);
  expect(await again.retire()).toEqual([1]);
  expect(await ciphertexts()).toHaveLength(1);
  const last = await reopened();
  last.openPersonKey("p", anew.wrapped).destroy();
  expect(() => last.openPersonKey("p", wrapped)).toThrow(/retired/);
});

test("keys that are retired need no transit engine", async () => {
  const vault = await openVault(options);
  await vault.rotate();
  await server.close();
  expect(await vault.retire()).toEqual([1]);
});

test("init makes a key file by transit, refuses to overwrite, and tells no secret", async () => {
  const made = await initTransitKeyFile(folder.keyFile, transit);
  expect(made).toEqual(await describeKeyFile(folder.keyFile));
  expect(made.provider).toBe("transit");
  await expect(initTransitKeyFile(folder.keyFile, transit)).rejects.toThrow(/already/);
  await expect(reopened()).rejects.toThrow(/no signer file/);
});

test("one provider's key file is not taken for the other's", async () => {
  await openVault(options);
  const asFile = openVault({ ...options, provider: "file" });
  await expect(asFile).rejects.toThrow(/vault\.provider/);
  const path = join(folder.path, "clear.json");
  await initKeyFile(path);
  await expect(openVault({ ...options, keyFile: path })).rejects.toThrow(/vault\.provider/);
});

test("no key is made where the transit key is missing, and neither is that", async () => {
  server.deleteKey();
  await expect(openVault(options)).rejects.toThrow(/that the key exists/);
  expect(await readdir(folder.path)).toEqual(["token"]);
});

test("a rotation that transit spoils changes nothing", async () => {
  const vault = await openVault(options);
  const before = await readFile(folder.keyFile);
  const spoilt: readonly (readonly TransitFault[])[] = [
    [{ kind: "status", status: 403, errors: ["permission denied"] }],
    [{ kind: "raw", status: 200, body: '{"data":{"ciphertext":"not of transit"}}' }],
    [{ kind: "raw", status: 200, body: '{"data":{"ciphertext":"vault:v1:AAAA"}}' }],
    [{ kind: "truncated" }],
  ];
  for (const faults of spoilt) {
    server.faults.push(...faults);
    await expect(vault.rotate()).rejects.toThrow(VaultError);
    expect((await readFile(folder.keyFile)).equals(before)).toBe(true);
    expect(vault.keyVersions).toEqual([1]);
  }
  expect(await vault.rotate()).toBe(2);
});

test("a key that transit does not open to the same bytes is not kept", async () => {
  const vault = await openVault(options);
  const before = await readFile(folder.keyFile);
  // The old key is encrypted anew and proved to open, then the new one is; its proof fails.
  const pass: TransitFault = { kind: "none" };
  server.faults.push(pass, pass, pass, { kind: "wrong-plaintext" });
  server.requests.length = 0;
  await expect(vault.rotate()).rejects.toThrow(/is not key 2/);
  expect(operations()).toEqual(["rewrap", "decrypt", "encrypt", "decrypt"]);
  expect((await readFile(folder.keyFile)).equals(before)).toBe(true);
});

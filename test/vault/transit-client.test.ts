import { chmod, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { generate } from "selfsigned";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openVault } from "../../src/vault/open-vault.js";
import type { TransitOptions } from "../../src/vault/transit-options.js";
import { VaultError } from "../../src/vault/vault.js";
import { makeTransitFolder, type TransitFolder } from "./transit-folder.js";
import { startTransitServer, type TransitFault } from "./transit-server.js";

let folder: TransitFolder;
let { server, transit, options, reopened } = {} as TransitFolder;
beforeEach(async () => {
  folder = await makeTransitFolder();
  ({ server, transit, options, reopened } = folder);
});
afterEach(() => folder.remove());

test("a passing fault is tried again, and what came of it is as without", async () => {
  await openVault(options);
  const faults: readonly TransitFault[] = [
    { kind: "status", status: 503, errors: ["Vault is sealed"] },
    { kind: "status", status: 429, errors: ['request path "transit/decrypt/cordon": rate limit'] },
    { kind: "status", status: 412 },
    { kind: "raw", status: 500, body: "<html>proxy</html>" },
    { kind: "raw", status: 429, headers: { "retry-after": "0" }, body: "" },
    { kind: "raw", status: 429, headers: { "retry-after": "soon" }, body: "{}" },
    { kind: "cut" },
  ];
  for (const fault of faults) {
    server.faults.push(fault, fault);
    await expect(reopened()).resolves.toBeDefined();
    expect(server.faults).toEqual([]);
  }
  server.faults.push(...faults.slice(0, 3));
  await expect(reopened()).rejects.toThrow(VaultError);
});

test("each failure is a clear error, and the last ones are not tried again", async () => {
  await openVault(options);
  const cases: readonly (readonly [TransitFault, RegExp, number])[] = [
    [{ kind: "status", status: 503, errors: ["Vault is sealed"] }, /is sealed/, 3],
    [{ kind: "status", status: 429 }, /at this rate/, 3],
    [{ kind: "raw", status: 500, body: "" }, /HTTP 500/, 3],
    [{ kind: "cut" }, /cannot be reached/, 3],
    [{ kind: "truncated" }, /not one of Vault's/, 1],
    [{ kind: "raw", status: 200, body: "<html>hello</html>" }, /not one of Vault's/, 1],
    [{ kind: "raw", status: 200, body: '{"data":{"plaintext":"!"}}' }, /not one of Vault's/, 1],
    [{ kind: "raw", status: 200, body: '{"data":{"plaintext":""}}' }, /is not key 1/, 1],
    [{ kind: "raw", status: 204, body: "" }, /HTTP 204/, 1],
    [{ kind: "huge" }, /longer than any/, 1],
    [{ kind: "wrong-plaintext" }, /is not key 1/, 1],
    [
      { kind: "raw", status: 307, headers: { location: "http://127.0.0.1:1/" }, body: "" },
      /307/,
      1,
    ],
    [{ kind: "status", status: 400, errors: ["something else"] }, /something else/, 1],
  ];
  for (const [fault, expected, attempts] of cases) {
    server.requests.length = 0;
    server.faults.push(fault, fault, fault);
    await expect(reopened()).rejects.toThrow(expected);
    await expect(Promise.resolve(server.requests)).resolves.toHaveLength(attempts);
    server.faults.length = 0;
  }
});

test("a transit engine that never answers, or stops half-way, is a time-out", async () => {
  await openVault(options);
  for (const kind of ["hang", "stall"] as const) {
    server.faults.push({ kind });
    const opening = reopened({ timeoutMs: 50, retryDelaysMs: [] });
    await expect(opening).rejects.toThrow(/within 50 ms/);
  }
  server.faults.push({ kind: "hang" });
  await expect(reopened({ timeoutMs: 300, retryDelaysMs: [0, 0, 0, 0] })).resolves.toBeDefined();
});

test("nobody listening, a wrong mount, a wrong key and a denied token are told apart", async () => {
  await openVault(options);
  server.policy.set("elsewhere/decrypt/cordon", ["update"]);
  await expect(reopened({ mount: "elsewhere" })).rejects.toThrow(
    /no transit engine at "elsewhere"/,
  );
  server.policy.set("transit/decrypt/other", ["update"]);
  await expect(reopened({ key: "other" })).rejects.toThrow(/no transit key "other"/);
  await expect(reopened({ key: "unlisted" })).rejects.toThrow(/denied permission/);
  await writeFile(transit.tokenFile, "hvs.revoked");
  await expect(reopened()).rejects.toThrow(/denied permission.*invalid token/);
  await server.close();
  await expect(reopened()).rejects.toThrow(/cannot be reached/);
});

test("a sealed engine is named as such, and opens after it is unsealed", async () => {
  await openVault(options);
  server.sealed = true;
  await expect(reopened()).rejects.toThrow(/is sealed.*Unseal/);
  server.sealed = false;
  await expect(reopened()).resolves.toBeDefined();
});

test("no error repeats the key that was sent, whatever the other side answers", async () => {
  const echo = (address: string) => openVault({ ...options, transit: { ...transit, address } });
  const mirror = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const errors = [Buffer.concat(chunks).toString("utf8"), "\u001b[31mred\nlines"];
      response.writeHead(400).end(JSON.stringify({ errors }));
    });
  });
  await new Promise<void>((resolve) => {
    mirror.listen(0, "127.0.0.1", resolve);
  });
  const address = mirror.address();
  const port = typeof address === "object" ? address?.port : 0;
  const error: unknown = await echo(`http://127.0.0.1:${port}`).catch((thrown: unknown) => thrown);
  mirror.close();
  expect(error).toBeInstanceOf(VaultError);
  expect(String(error)).not.toMatch(/[A-Za-z0-9+/]{43}=/);
});

test("the token is read anew for every request, and refused when others may read it", async () => {
  await openVault(options);
  server.token = "hvs.renewed";
  await writeFile(transit.tokenFile, "hvs.renewed");
  await expect(reopened()).resolves.toBeDefined();
  await chmod(transit.tokenFile, 0o640);
  await expect(reopened()).rejects.toThrow(/token file .* chmod 600/);
  await chmod(transit.tokenFile, 0o600);
  for (const text of ["", "\n", "two\nlines", "a b", "\u0000"]) {
    await writeFile(transit.tokenFile, text);
    await expect(reopened()).rejects.toThrow(/no token/);
  }
  await writeFile(transit.tokenFile, "x".repeat(9_000));
  await expect(reopened()).rejects.toThrow(/longer than/);
  await rm(transit.tokenFile);
  await expect(reopened()).rejects.toThrow(/no transit token file/);
});

test("an address, a mount or a key that could send keys astray is refused", async () => {
  const addresses = [
    "",
    "vault.internal:8200",
    "ftp://127.0.0.1",
    "http://vault.internal:8200",
    "https://user:secret@vault.internal",
    "https://vault.internal/?x=1",
    "https://vault.internal/#x",
  ];
  for (const address of addresses) {
    const error: unknown = await reopened({ address }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VaultError);
    expect(String(error)).not.toContain("secret@");
  }
  for (const mount of ["", "/", "transit/", "../sys", "a//b", "a b", "transit/../sys", "a?b"]) {
    await expect(reopened({ mount })).rejects.toThrow(/no transit mount/);
  }
  for (const key of ["", "a/b", "..", ".", "a b", "a%2fb"]) {
    await expect(reopened({ key })).rejects.toThrow(/no transit key/);
  }
  const { transit: _, ...without } = options;
  await expect(openVault(without)).rejects.toThrow(/vault\.transit_/);
  expect(server.requests).toEqual([]);
});

test("https needs an authority that vouches for Vault, and a CA file names it", async () => {
  const names = [{ type: 7 as const, ip: "127.0.0.1" }];
  const pems = await generate([{ name: "commonName", value: "vault" }], {
    keyType: "ec",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: names },
    ],
  });
  const secure = await startTransitServer({ tls: { key: pems.private, cert: pems.cert } });
  try {
    const caFile = join(folder.path, "ca.pem");
    await writeFile(caFile, pems.cert);
    const opening = (changed: Partial<TransitOptions>) =>
      openVault({ ...options, transit: { ...transit, address: secure.address, ...changed } });
    await expect(opening({})).rejects.toThrow(/cannot be reached, or is not who/);
    await expect(opening({ caFile: join(folder.path, "none.pem") })).rejects.toThrow(/ca_file/);
    expect(secure.requests).toEqual([]);
    await expect(opening({ caFile })).resolves.toBeDefined();
    expect(secure.requests.length).toBeGreaterThan(0);
  } finally {
    await secure.close();
  }
});

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  loadTokenFile,
  newToken,
  parseTokens,
  TOKEN_FILE_SIZE_BYTES_MAX,
} from "../../src/access/tokens.js";

const sha256 = "ab".repeat(32);
const other = "cd".repeat(32);
const good = `
callers:
  - name: gate-4
    role: camera
    camera_id: c1
    token_sha256: ${sha256}
  - { name: li, role: inspector, token_sha256: ${other} }
`;
const entries = [
  { name: "gate-4", role: "camera", cameraId: "c1", tokenSha256: sha256 },
  { name: "li", role: "inspector", cameraId: null, tokenSha256: other },
];

const caller = (fields: Record<string, unknown>) =>
  JSON.stringify({ callers: [{ name: "a", role: "inspector", token_sha256: sha256, ...fields }] });

describe("parseTokens", () => {
  it("reads YAML, and JSON as well", () => {
    expect(parseTokens(good)).toEqual({ ok: true, entries });
    expect(parseTokens(caller({}))).toMatchObject({ ok: true, entries: [{ name: "a" }] });
  });

  it.each([
    ["nothing", "", /expected object/],
    ["what is neither YAML nor JSON", "callers: [", /neither YAML nor JSON/],
    ["no caller", "callers: []", /callers/],
    ["a role that is none", caller({ role: "root" }), /callers.0.role/],
    ["no name", caller({ name: "" }), /callers.0.name/],
    ["a camera without its id", caller({ role: "camera" }), /camera_id/],
    ["an inspector with a camera", caller({ camera_id: "c1" }), /camera_id/],
    ["a camera's id that is none", caller({ role: "camera", camera_id: "C 1" }), /camera_id/],
    ["a short digest", caller({ token_sha256: "ab" }), /64 lower-case hex/],
    ["a digest in capitals", caller({ token_sha256: sha256.toUpperCase() }), /64 lower-case hex/],
    ["a key that it does not know", caller({ tokn: 1 }), /tokn/],
    [
      "one token for two",
      `${good}  - { name: x, role: operator, token_sha256: ${other} }`,
      /2.token/,
    ],
    [
      "one name for two",
      `${good}  - { name: li, role: operator, token_sha256: ${"ef".repeat(32)} }`,
      /2.name/,
    ],
    ["aliases", "a: &a [1]\ncallers: [*a]", /neither YAML nor JSON/],
  ])("refuses %s", (_name, text, problem) => {
    const result = parseTokens(text);
    if (result.ok) throw new Error("accepted");
    expect(result.problems.join("\n")).toMatch(problem);
  });

  it("does not repeat a token that was written in the clear", () => {
    const { token } = newToken();
    for (const text of [caller({ token_sha256: token }), caller({ token }), `callers: [${token}`]) {
      const result = parseTokens(text);
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain(token);
    }
  });
});

it("newToken makes another token each time, with the digest that the file holds", () => {
  const { token, sha256: digest } = newToken();
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(newToken().token).not.toBe(token);
});

describe("loadTokenFile", () => {
  let folder = "";
  const file = (name: string, text: string, mode: number) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "cordon-tokens-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([0o600, 0o400, 0o640])("reads a file of mode %o", async (mode) => {
    expect(await loadTokenFile(file("ok.yaml", good, mode))).toEqual({ ok: true, entries });
    rmSync(join(folder, "ok.yaml"));
  });

  it.skipIf(process.platform === "win32").each([0o644, 0o602, 0o601])(
    "refuses a file of mode %o, which everybody may use",
    async (mode) => {
      const result = await loadTokenFile(file("open.yaml", good, mode));
      expect(result).toMatchObject({ ok: false, problems: [expect.stringContaining("chmod 600")] });
    },
  );

  it("names the file that is missing, a folder, or wrong", async () => {
    for (const path of [join(folder, "none.yaml"), folder, file("bad.yaml", "callers: 1", 0o600)]) {
      const result = await loadTokenFile(path);
      expect(result).toMatchObject({ ok: false, problems: [expect.stringContaining(path)] });
    }
  });

  it("refuses a file that is too large", async () => {
    const path = file("large.yaml", "#".repeat(TOKEN_FILE_SIZE_BYTES_MAX + 1), 0o600);
    expect(await loadTokenFile(path)).toMatchObject({ ok: false });
  });
});

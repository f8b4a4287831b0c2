import { describe, expect, it } from "vitest";
import {
  authenticateByToken,
  authenticateLocal,
  authenticationError,
  chooseAuthenticate,
  TOKEN_LENGTH_MAX,
} from "../../src/access/authenticate.js";
import { newToken, type TokenEntry } from "../../src/access/tokens.js";
import { isLoopback } from "../../src/base/loopback.js";

const camera = newToken();
const inspector = newToken();
const entries: readonly TokenEntry[] = [
  { name: "gate-4", role: "camera", cameraId: "c1", tokenSha256: camera.sha256 },
  { name: "li", role: "inspector", cameraId: null, tokenSha256: inspector.sha256 },
];
const authenticate = authenticateByToken(entries);
const ask = (authorization: string | undefined) =>
  authenticate({ authorization, address: "10.0.0.7" });

describe("authenticateByToken", () => {
  it("knows each caller by their own token", () => {
    expect(ask(`Bearer ${camera.token}`)).toEqual({
      ok: true,
      caller: { name: "gate-4", role: "camera", cameraId: "c1", address: "10.0.0.7" },
    });
    expect(ask(`bearer  ${inspector.token}`)).toMatchObject({ caller: { name: "li" } });
  });

  it.each([undefined, ""])("misses credentials in %j", (header) => {
    expect(ask(header)).toMatchObject({ ok: false, reason: "CREDENTIALS_MISSING" });
  });

  it.each([
    ["another token", `Bearer ${newToken().token}`],
    ["a cut token", `Bearer ${camera.token.slice(0, -1)}`],
    ["the digest instead of the token", `Bearer ${camera.sha256}`],
    ["no scheme", camera.token],
    ["another scheme", `Basic ${camera.token}`],
    ["an empty token", "Bearer "],
    ["two tokens", `Bearer ${camera.token} ${inspector.token}`],
    ["control characters", `Bearer ${camera.token}\u0000`],
    ["an endless token", `Bearer ${"a".repeat(TOKEN_LENGTH_MAX + 1)}`],
    ["a megabyte", `Bearer ${"a".repeat(1_000_000)}`],
  ])("does not know %s", (_name, header) => {
    expect(ask(header)).toMatchObject({ ok: false, reason: "CREDENTIALS_INVALID" });
  });

  it("never repeats a token in what it says", () => {
    const wrong = newToken().token;
    expect(JSON.stringify(ask(`Bearer ${wrong}`))).not.toContain(wrong);
  });

  it("does not let a local address stand for a token", () => {
    const result = authenticate({ authorization: undefined, address: "127.0.0.1" });
    expect(result.ok).toBe(false);
  });
});

describe("authenticateLocal", () => {
  it.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])(
    "lets %s administrate",
    (address) => {
      expect(authenticateLocal({ authorization: undefined, address })).toEqual({
        ok: true,
        caller: { name: "local", role: "administrator", cameraId: null, address },
      });
    },
  );

  it.each(["10.0.0.1", "::2", "", "unknown", "127.0.0.1.evil.example", "localhost", "1270.0.0.1"])(
    "does not know %j",
    (address) => {
      const result = authenticateLocal({ authorization: undefined, address });
      expect(result).toMatchObject({ ok: false, reason: "CREDENTIALS_MISSING" });
      expect(isLoopback(address)).toBe(false);
    },
  );
});

describe("chooseAuthenticate", () => {
  it("trusts the address only on loopback and without tokens", () => {
    expect(chooseAuthenticate(null, "127.0.0.1")).toBe(authenticateLocal);
    expect(chooseAuthenticate(null, "::1")).toBe(authenticateLocal);
    const byToken = chooseAuthenticate(entries, "127.0.0.1");
    expect(byToken({ authorization: undefined, address: "127.0.0.1" }).ok).toBe(false);
  });

  it.each(["0.0.0.0", "::", "10.0.0.1", "example.com", ""])(
    "refuses to serve %j to anybody",
    (host) => {
      expect(() => chooseAuthenticate(null, host)).toThrow(/CORDON_TOKEN_FILE/);
    },
  );
});

it("a stranger leaves as UNAUTHENTICATED with the reason", () => {
  const result = ask(undefined);
  if (result.ok) throw new Error("known");
  expect(authenticationError(result)).toMatchObject({
    status: "UNAUTHENTICATED",
    reason: "CREDENTIALS_MISSING",
  });
});

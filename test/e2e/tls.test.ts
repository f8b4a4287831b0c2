import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClientOptions, createClient } from "../../src/transport/client/client.js";
import { makeDataDir, removeDataDir, type ServerProcess, startServerProcess } from "./harness.js";

const token = "a-token-of-the-test";

describe("a server with TLS, tokens and client certificates", () => {
  const dataDir = makeDataDir();
  const filesDir = makeDataDir();
  let server: ServerProcess;
  let caller: { ca: Buffer; certificate: Buffer; key: Buffer };

  const write = (name: string, text: string) => {
    const path = join(filesDir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const certificateOf = (name: string) =>
    generate([{ name: "commonName", value: name }], {
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });

  beforeAll(async () => {
    const own = await certificateOf("cordon");
    const peer = await certificateOf("nvr");
    caller = {
      ca: Buffer.from(own.cert),
      certificate: Buffer.from(peer.cert),
      key: Buffer.from(peer.private),
    };
    const digest = createHash("sha256").update(token).digest("hex");
    const entry = { name: "admin", role: "administrator", token_sha256: digest };
    server = await startServerProcess(dataDir, {
      CORDON_TLS_CERT_FILE: write("server.pem", own.cert),
      CORDON_TLS_KEY_FILE: write("server.key", own.private),
      CORDON_TLS_CLIENT_CA_FILE: write("clients.pem", peer.cert),
      CORDON_TOKEN_FILE: write("tokens.yaml", JSON.stringify({ callers: [entry] })),
    });
  });
  afterAll(async () => {
    await server.stop();
    removeDataDir(dataDir);
    removeDataDir(filesDir);
  });

  const ask = async (options: Partial<ClientOptions>) => {
    const client = createClient({ address: server.grpcAddress, timeoutMs: 5000, ...options });
    try {
      return await client.server.getServerInfo({});
    } finally {
      client.close();
    }
  };

  it("answers a caller with a certificate and a token", async () => {
    expect(await ask({ tls: caller, token })).toMatchObject({ executionProvider: "cpu" });
  });

  it("does not know a caller without a token, or with another", async () => {
    const status = "UNAUTHENTICATED";
    await expect(ask({ tls: caller })).rejects.toMatchObject({
      status,
      reason: "CREDENTIALS_MISSING",
    });
    await expect(ask({ tls: caller, token: "guess" })).rejects.toMatchObject({
      status,
      reason: "CREDENTIALS_INVALID",
    });
  });

  it("does not talk to a caller without a certificate, or without TLS", async () => {
    await expect(ask({ tls: { ca: caller.ca }, token })).rejects.toMatchObject({
      status: "UNAVAILABLE",
    });
    await expect(ask({ token })).rejects.toMatchObject({ status: "UNAVAILABLE" });
  });
});

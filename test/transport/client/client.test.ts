import { once } from "node:events";
import { ServerCredentials, type ServerUnaryCall } from "@grpc/grpc-js";
import { generate } from "selfsigned";
import { afterEach, describe, expect, it } from "vitest";
import { CordonError } from "../../../src/base/errors.js";
import { type CordonClient, createClient } from "../../../src/transport/client/client.js";
import { CordonClientError } from "../../../src/transport/client/error.js";
import { type Handler, startTinyServer } from "./tiny-server.js";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function connect(
  handlers: Record<string, Handler>,
  options: Partial<Parameters<typeof createClient>[0]> = {},
  credentials?: ServerCredentials,
): Promise<CordonClient> {
  const server = await startTinyServer(handlers, credentials);
  const client = createClient({ address: server.address, ...options });
  cleanups.push(() => client.close(), server.stop);
  return client;
}

async function failure(promise: Promise<unknown>): Promise<CordonClientError> {
  const thrown = await promise.then(
    () => new Error("the call succeeded"),
    (error: unknown) => error,
  );
  if (!(thrown instanceof CordonClientError)) throw thrown;
  return thrown;
}

describe("createClient()", () => {
  it("carries a typed request there and a typed answer back", async () => {
    const client = await connect({
      Identify: (request: { zoneId: string; image: Buffer }) => ({
        queryId: `${request.zoneId}-${request.image.length}`,
        faces: [{ decision: "DECISION_MATCH", personId: "p" }],
      }),
    });
    const answer = await client.identification.identify({ zoneId: "z", image: Buffer.alloc(3) });
    expect(answer.queryId).toBe("z-3");
    expect(answer.faces[0]).toMatchObject({ decision: "DECISION_MATCH", candidates: [] });
  });

  it("sends the token as a bearer token", async () => {
    const client = await connect(
      {
        GetOperator: (_: never, call: ServerUnaryCall<unknown, unknown>) => ({
          operator: { name: String(call.metadata.get("authorization")[0]) },
        }),
      },
      { token: "secret" },
    );
    expect((await client.server.getOperator({})).operator?.name).toBe("Bearer secret");
  });

  it("gives every violation of a refusal", async () => {
    const violations = ["east", "west"].map((name) => ({
      type: "SIGNAGE_MISSING",
      subject: `zone/z/entrance/${name}`,
      description: "Art. 13",
    }));
    const client = await connect({
      Identify: () => {
        throw new CordonError({
          status: "FAILED_PRECONDITION",
          reason: "SIGNAGE_MISSING",
          message: "Refused: 没有标识.",
          violations,
          metadata: { a: "b" },
        });
      },
    });
    expect(await failure(client.identification.identify({}))).toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "SIGNAGE_MISSING",
      message: "Refused: 没有标识.",
      violations,
      metadata: { a: "b" },
    });
  });

  it("gives the fields that are wrong, and when to try again", async () => {
    const client = await connect({
      Identify: () => {
        throw new CordonError({
          status: "RESOURCE_EXHAUSTED",
          reason: "QUEUE_FULL",
          message: "Full.",
          fields: [{ field: "image", description: "is empty" }],
          retryAfterMs: 250,
        });
      },
    });
    expect(await failure(client.identification.identify({}))).toMatchObject({
      fields: [{ field: "image", description: "is empty" }],
      retryAfterMs: 250,
    });
  });

  it("ends a call at its deadline", async () => {
    const client = await connect({ GetOperator: () => new Promise(() => {}) });
    const error = await failure(client.server.getOperator({}, { timeoutMs: 30 }));
    expect(error.status).toBe("DEADLINE_EXCEEDED");
  });

  it("ends a call by its signal, and the server hears of it", async () => {
    const controller = new AbortController();
    let cancelled: Promise<unknown> = Promise.resolve();
    const client = await connect({
      GetOperator: (_: never, call: ServerUnaryCall<unknown, unknown>) => {
        cancelled = once(call, "cancelled");
        controller.abort();
        return new Promise(() => {});
      },
    });
    const call = client.server.getOperator({}, { signal: controller.signal });
    expect((await failure(call)).status).toBe("CANCELLED");
    await cancelled;
    const late = client.server.getOperator({}, { signal: controller.signal });
    expect((await failure(late)).status).toBe("CANCELLED");
  });

  it("says UNAVAILABLE when nobody listens, and UNIMPLEMENTED for a strange method", async () => {
    const nobody = createClient({ address: "127.0.0.1:1" });
    cleanups.push(() => nobody.close());
    expect((await failure(nobody.server.getOperator({}))).status).toBe("UNAVAILABLE");
    const client = await connect({});
    expect((await failure(client.server.getOperator({}))).status).toBe("UNIMPLEMENTED");
  });

  it("lets the server say that a message is too large", async () => {
    const client = await connect({ Identify: () => ({}) });
    const error = await failure(
      client.identification.identify({ image: Buffer.alloc(2 * 1024 * 1024) }),
    );
    expect(error.status).toBe("RESOURCE_EXHAUSTED");
  });

  it("speaks TLS to a server whose authority it knows, and to no other", async () => {
    const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], {
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    } as never);
    const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
    const credentials = () => ServerCredentials.createSsl(null, [pair]);
    const handlers = { GetOperator: () => ({ operator: { name: "n" } }) };
    const known = await connect(handlers, { tls: { ca: Buffer.from(cert) } }, credentials());
    expect((await known.server.getOperator({})).operator?.name).toBe("n");
    const stranger = await connect(handlers, { tls: {} }, credentials());
    expect((await failure(stranger.server.getOperator({}))).status).toBe("UNAVAILABLE");
  });

  it.each([
    "",
    "localhost",
    "localhost:0",
    "localhost:70000",
    "http://a:1",
    "a b:1",
    ":1",
    "::1:5",
  ])("refuses the address %j", (address) => {
    expect(() => createClient({ address })).toThrow(/is not an address/);
  });

  it("refuses to send a token unencrypted to another machine", () => {
    expect(() => createClient({ address: "nvr.example:50051", token: "t" })).toThrow(/Use TLS/);
  });
});

/**
 * A stand-in for HashiCorp Vault's transit engine, since a real one cannot be had here. It follows
 * the public documentation and sources of the HTTP API: paths, methods, envelopes, "vault:vN:"
 * ciphertexts of AES-256-GCM, key versions, policies by path and capability, and the words and
 * status codes of its errors. Faults can be put before its answers.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createTransitKey, type TransitKey } from "./transit-key.js";

/** What happens instead of, or to, the next answer. */
export type TransitFault =
  | { readonly kind: "none" }
  | { readonly kind: "status"; readonly status: number; readonly errors?: readonly string[] }
  /** A status, with any headers and body. */
  | {
      readonly kind: "raw";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** Never answers. */
  | { readonly kind: "hang" }
  /** Sends the head and half of the body, then nothing more. */
  | { readonly kind: "stall" }
  /** Breaks the connection half-way through the body. */
  | { readonly kind: "cut" }
  /** A well-formed answer whose JSON ends too early. */
  | { readonly kind: "truncated" }
  /** Bytes without end. */
  | { readonly kind: "huge" }
  /** A genuine answer with another plaintext. */
  | { readonly kind: "wrong-plaintext" };

type Capability = "create" | "update";

export interface TransitServer {
  readonly address: string;
  /** The token that is accepted. */
  token: string;
  sealed: boolean;
  /** Capabilities of the token, by path below /v1/. */
  readonly policy: Map<string, readonly Capability[]>;
  /** Each fault is used for one request. */
  readonly faults: TransitFault[];
  /** Every request so far: method, path and body. */
  readonly requests: { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[];
  /** POST /transit/keys/:name/rotate. */
  rotateKey(): void;
  /** POST /transit/keys/:name/config with min_decryption_version. */
  setMinDecryptionVersion(version: number): void;
  /** DELETE /transit/keys/:name. */
  deleteKey(): void;
  close(): Promise<void>;
}

export interface TransitServerOptions {
  readonly mount?: string;
  readonly key?: string;
  /** PEM; with it the server speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Starts on a free port of 127.0.0.1. */
export async function startTransitServer(
  options: TransitServerOptions = {},
): Promise<TransitServer> {
  const { mount = "transit", key = "cordon", tls } = options;
  const keys = new Map<string, TransitKey>([[key, createTransitKey()]]);
  const named = () => keys.get(key) ?? createTransitKey();
  const state: Omit<TransitServer, "address" | "close"> = {
    token: "hvs.CAESIJ-test-token",
    sealed: false,
    policy: new Map(
      ["encrypt", "decrypt", "rewrap"].map((each) => [`${mount}/${each}/${key}`, ["update"]]),
    ),
    faults: [],
    requests: [],
    rotateKey: () => named().rotate(),
    setMinDecryptionVersion: (version) => named().setMin(version),
    deleteKey: () => keys.delete(key),
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    const path = (request.url ?? "").replace(/^\/v1\//, "");
    const body = parse(text);
    state.requests.push({ path, body: body ?? {} });
    const fault = state.faults.shift();
    if (fault !== undefined && fault.kind !== "none" && fault.kind !== "wrong-plaintext") {
      misbehave(response, fault);
      return;
    }
    const answer = answerOf(state, { mount, keys, request, path, body });
    if (fault?.kind === "wrong-plaintext" && answer.status === 200) {
      const plaintext = randomBytes(32).toString("base64");
      send(response, 200, { ...answer.body, data: { plaintext } });
    } else {
      send(response, answer.status, answer.body);
    }
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void handle(request, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const address = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const close = async () => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  };
  return Object.assign(state, { address, close });
}

interface Call {
  readonly mount: string;
  readonly keys: Map<string, TransitKey>;
  readonly request: IncomingMessage;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** As Vault does: sealed, then the token and its policy, then the route, then the engine. */
function answerOf(
  state: Pick<TransitServer, "sealed" | "token" | "policy">,
  { mount, keys, request, path, body }: Call,
): Answer {
  if (state.sealed) return failed(503, "Vault is sealed");
  if (request.headers["x-vault-token"] !== state.token) {
    return failed(403, "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n");
  }
  const [operation, name, ...more] = path.startsWith(`${mount}/`)
    ? path.slice(mount.length + 1).split("/")
    : [];
  const key = name === undefined ? undefined : keys.get(name);
  // Only encrypt has an existence check: a write to a key that is absent would create it.
  const needs: Capability = operation === "encrypt" && key === undefined ? "create" : "update";
  if (state.policy.get(path)?.includes(needs) !== true) {
    return failed(403, "1 error occurred:\n\t* permission denied\n\n");
  }
  if (operation === undefined) {
    return failed(404, `no handler for route "${path}". route entry not found.`);
  }
  if (more.length > 0 || !["encrypt", "decrypt", "rewrap"].includes(operation)) {
    return failed(404, "1 error occurred:\n\t* unsupported path\n\n");
  }
  if (request.method !== "POST" && request.method !== "PUT") {
    return failed(405, "1 error occurred:\n\t* unsupported operation\n\n");
  }
  if (body === null) return failed(400, "failed to parse JSON input: unexpected EOF");
  if (name !== undefined && key === undefined && operation === "encrypt") {
    keys.set(name, createTransitKey());
  }
  const used = name === undefined ? undefined : keys.get(name);
  if (used === undefined) return failed(400, "encryption key not found");
  return operate(operation, used, body);
}

function operate(
  operation: string,
  key: TransitKey,
  body: Readonly<Record<string, unknown>>,
): Answer {
  if (operation === "encrypt") {
    const { plaintext } = body;
    if (typeof plaintext !== "string") return failed(400, "missing plaintext to encrypt");
    if (Buffer.from(plaintext, "base64").toString("base64") !== plaintext) {
      return failed(400, "illegal base64 data at input byte 0");
    }
    return succeeded({ ciphertext: key.encrypt(plaintext), key_version: key.version() });
  }
  const { ciphertext } = body;
  if (typeof ciphertext !== "string" || ciphertext === "") {
    return failed(400, "missing ciphertext to decrypt");
  }
  const opened = key.decrypt(ciphertext);
  if ("error" in opened) return failed(400, opened.error);
  if (operation === "decrypt") return succeeded({ plaintext: opened.plaintext });
  const rewrapped = key.encrypt(opened.plaintext);
  return succeeded({ ciphertext: rewrapped, key_version: key.version() });
}

function misbehave(response: ServerResponse, fault: TransitFault): void {
  const whole = JSON.stringify(succeeded({ ciphertext: "vault:v1:AAAA" }).body);
  switch (fault.kind) {
    case "status":
      send(response, fault.status, { errors: fault.errors ?? [] });
      return;
    case "raw":
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    case "truncated":
      response.writeHead(200, { "content-type": "application/json" }).end(whole.slice(0, 40));
      return;
    case "stall":
    case "cut":
      response.writeHead(200, { "content-length": whole.length });
      response.write(whole.slice(0, 40), () => {
        if (fault.kind === "cut") response.destroy();
      });
      return;
    case "huge": {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, " ")));
      };
      response.on("drain", more);
      more();
      return;
    }
    default:
      // Left without an answer.
      return;
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function succeeded(data: Readonly<Record<string, unknown>>): Answer {
  const envelope = { lease_id: "", renewable: false, lease_duration: 0 };
  const rest = { wrap_info: null, warnings: null, auth: null };
  return { status: 200, body: { request_id: randomUUID(), ...envelope, data, ...rest } };
}

function failed(status: number, error: string): Answer {
  return { status, body: { errors: [error] } };
}

function send(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}

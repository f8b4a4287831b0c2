import { readFileSync } from "node:fs";
import { z } from "zod";
import { readPrivateFile } from "./private-file.js";
import { transitFailure } from "./transit-failure.js";
import { postTransit } from "./transit-http.js";
import {
  type TransitOptions,
  transitRetryAfterMsMax,
  transitRetryDelaysMsDefault,
  transitTimeoutMsDefault,
  transitTokenSizeBytesMax,
  transitUrl,
} from "./transit-options.js";
import { VaultError } from "./vault.js";

const ciphertext = z
  .string()
  .max(2_048)
  .regex(/^vault:v[1-9][0-9]{0,9}:[A-Za-z0-9+/]+={0,2}$/);
const ciphertextReply = z.object({ data: z.object({ ciphertext }) });
const plaintextReply = z.object({ data: z.object({ plaintext: z.base64() }) });

/** The operations of the engine that Cordon uses, on one key. */
export interface TransitClient {
  /** @returns what the engine made of it, "vault:v1:..." */
  encrypt(plaintext: Uint8Array): Promise<string>;
  /** The caller zeroes the bytes. */
  decrypt(ciphertext: string): Promise<Buffer>;
  /** The same plaintext, encrypted by the newest version of the transit key. */
  rewrap(ciphertext: string): Promise<string>;
}

/**
 * A client of the HTTP API of Vault's transit engine: POST /v1/<mount>/<operation>/<key>.
 * Answers 412, 429 and 5xx, time-outs and broken connections are tried again, a bounded number of
 * times; each operation can be repeated without harm. Every failure is a VaultError that says what
 * to do.
 *
 * @throws VaultError when the options are not fit to be used
 */
export function createTransitClient(options: TransitOptions): TransitClient {
  const { timeoutMs = transitTimeoutMsDefault, tokenFile } = options;
  const delaysMs = options.retryDelaysMs ?? transitRetryDelaysMsDefault;
  const ca = readAuthorities(options.caFile ?? "");
  const urls = {
    encrypt: transitUrl(options, "encrypt"),
    decrypt: transitUrl(options, "decrypt"),
    rewrap: transitUrl(options, "rewrap"),
  };

  const ask = async (operation: keyof typeof urls, body: object, secret = ""): Promise<unknown> => {
    for (let attempt = 0; ; attempt++) {
      const token = await readToken(tokenFile);
      const reply = await postTransit({ url: urls[operation], token, body, timeoutMs, ca });
      const failure = transitFailure(reply, options, secret);
      if (failure === null) return reply.kind === "answer" ? reply.json : undefined;
      const delayMs = delaysMs[attempt];
      if (!failure.passing || delayMs === undefined) throw failure.error;
      await wait(Math.max(delayMs, Math.min(failure.retryAfterMs, transitRetryAfterMsMax)));
    }
  };
  const read = <T>(reply: z.ZodType<T>, json: unknown): T => {
    const parsed = reply.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new VaultError(
      `"${options.address}" gave an answer that is not one of Vault's transit engine. See that ` +
        "vault.transit_address is Vault's, and that no proxy changes what it says.",
    );
  };
  return {
    async encrypt(plaintext) {
      const base64 = Buffer.from(plaintext).toString("base64");
      const json = await ask("encrypt", { plaintext: base64 }, base64);
      return read(ciphertextReply, json).data.ciphertext;
    },
    async decrypt(sealed) {
      const json = await ask("decrypt", { ciphertext: sealed });
      return Buffer.from(read(plaintextReply, json).data.plaintext, "base64");
    },
    async rewrap(sealed) {
      const json = await ask("rewrap", { ciphertext: sealed });
      return read(ciphertextReply, json).data.ciphertext;
    },
  };
}

async function readToken(path: string): Promise<string> {
  const file = { path, what: "transit token file" };
  const bytes = await readPrivateFile(file, transitTokenSizeBytesMax);
  if (bytes === null) {
    throw new VaultError(
      `There is no transit token file "${path}". Let Vault's agent write it, or write it by hand ` +
        "with mode 0600 (docs/keys.md).",
    );
  }
  const token = bytes.toString("latin1").trim();
  bytes.fill(0);
  if (/^[!-~]+$/.test(token)) return token;
  throw new VaultError(`The transit token file "${path}" holds no token of printable characters.`);
}

function readAuthorities(path: string): Buffer | undefined {
  if (path === "") return undefined;
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new VaultError(`The file "${path}" of vault.transit_ca_file cannot be read.`, cause);
  }
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}

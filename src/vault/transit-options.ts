import { isLoopbackHost } from "../base/loopback.js";
import { VaultError } from "./vault.js";

/** How to reach HashiCorp Vault's transit secrets engine. */
export interface TransitOptions {
  /** URL of Vault, for example https://vault.internal:8200; plain http only on loopback. */
  readonly address: string;
  /** Path at which the engine is mounted, "transit" for instance. */
  readonly mount: string;
  /** Name of the transit key. */
  readonly key: string;
  /** File with the token, mode 0600; read anew for each request. */
  readonly tokenFile: string;
  /** PEM authorities that vouch for Vault; those of Node when it is empty or left out. */
  readonly caFile?: string;
  /** For one attempt, all in all; 1 ms or more. 10,000 unless set. */
  readonly timeoutMs?: number;
  /** How long to wait before each further attempt. 200, 1,000 and 5,000 ms unless set. */
  readonly retryDelaysMs?: readonly number[];
}

export const transitTimeoutMsDefault = 10_000;
export const transitRetryDelaysMsDefault: readonly number[] = [200, 1_000, 5_000];
/** A Retry-After that is longer than this is cut to it. */
export const transitRetryAfterMsMax = 10_000;
/** An answer is no longer than this. */
export const transitAnswerSizeBytesMax = 65_536;
/** A token file is no longer than this. */
export const transitTokenSizeBytesMax = 8_192;

/**
 * The URL of an operation of the engine.
 *
 * @throws VaultError when the address, the mount or the key are not fit to be used
 */
export function transitUrl(
  { address, mount, key }: TransitOptions,
  operation: "encrypt" | "decrypt" | "rewrap",
): URL {
  const url = parseAddress(address);
  requireForm("transit mount", mount, /^\w[\w.-]*(\/\w[\w.-]*)*$/);
  requireForm("transit key", key, /^\w([\w.-]*\w)?$/);
  const base = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`;
  url.pathname = `${base}v1/${mount}/${operation}/${key}`;
  return url;
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  const bare = url !== null && url.username + url.password + url.search + url.hash === "";
  if (!bare || !/^https?:$/.test(url.protocol)) {
    throw new VaultError(
      `"${bare ? address : "vault.transit_address"}" is no address of Vault: it is a URL such as ` +
        "https://vault.internal:8200, without a user, a query or a fragment.",
    );
  }
  if (url.protocol === "https:" || isLoopbackHost(url.hostname)) return url;
  throw new VaultError(
    `"${address}" would send keys in the clear. Use https; plain http is for loopback only.`,
  );
}

function requireForm(what: string, value: string, form: RegExp): void {
  if (form.test(value)) return;
  throw new VaultError(`"${value}" is no ${what}: letters, digits, "_", "-" and "." only.`);
}

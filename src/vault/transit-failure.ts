import { z } from "zod";
import type { TransitReply } from "./transit-http.js";
import { type TransitOptions, transitTimeoutMsDefault } from "./transit-options.js";
import { VaultError } from "./vault.js";

/** Characters of Vault's own words that an error repeats. */
const wordsLengthMax = 300;
/** Errors of a connection that may be gone at the next attempt; those of certificates are not. */
const passingCodes: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);
const errorsReply = z.object({ errors: z.array(z.string()) });

/** Why a request failed. */
export interface TransitFailure {
  readonly error: VaultError;
  /** It may well succeed when it is tried again. */
  readonly passing: boolean;
  /** Not before this long. */
  readonly retryAfterMs: number;
}

/**
 * What a reply says is wrong; null when nothing is.
 *
 * @param secret what of the request must not be repeated, whatever the other side answers
 * @see https://developer.hashicorp.com/vault/api-docs#http-status-codes
 */
export function transitFailure(
  reply: TransitReply,
  options: TransitOptions,
  secret: string,
): TransitFailure | null {
  if (reply.kind !== "answer") return { ...withoutAnswer(reply, options), retryAfterMs: 0 };
  const { status, json, retryAfterMs } = reply;
  if (status === 200) return null;
  const words = wordsOf(json, secret);
  const said = words === "" ? "" : ` It said: ${words}`;
  const error = new VaultError(`${explain(status, words, options)}${said}`);
  return { error, passing: isPassing(status), retryAfterMs };
}

function withoutAnswer(
  reply: Exclude<TransitReply, { kind: "answer" }>,
  { address, timeoutMs = transitTimeoutMsDefault }: TransitOptions,
) {
  const vault = `Vault at "${address}"`;
  switch (reply.kind) {
    case "too-long":
      return {
        error: new VaultError(`${vault} gave an answer longer than any of Vault's is.`),
        passing: false,
      };
    case "timeout":
      return {
        error: new VaultError(`${vault} did not answer within ${timeoutMs} ms.`),
        passing: true,
      };
    case "broken": {
      const code = codeOf(reply.cause);
      return {
        error: new VaultError(
          `${vault} cannot be reached, or is not who its certificate must say (${code}). ` +
            "See that it runs, that this machine may connect to it, and that " +
            "vault.transit_ca_file vouches for it.",
          reply.cause,
        ),
        passing: passingCodes.has(code),
      };
    }
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
}

function explain(status: number, words: string, options: TransitOptions): string {
  const { address, mount, key, tokenFile } = options;
  const vault = `Vault at "${address}"`;
  if (status === 400 && words.includes("key not found")) {
    return `${vault} has no transit key "${key}" at "${mount}". Make it (docs/keys.md).`;
  }
  switch (status) {
    case 400:
      return (
        `${vault} cannot do this with the transit key "${key}": is the key file another key's, ` +
        "or was a version of the key removed that the key file still needs?"
      );
    case 403:
      return (
        `${vault} denied permission. See that the token in "${tokenFile}" is alive, that ` +
        `its policy allows update on ${mount}/encrypt/${key}, ${mount}/decrypt/${key} and ` +
        `${mount}/rewrap/${key}, and that the key exists.`
      );
    case 404:
      return (
        `${vault} has no transit engine at "${mount}". Set vault.transit_mount, or enable it ` +
        "there."
      );
    case 429:
      return `${vault} takes no more requests at this rate.`;
    case 503:
      return `${vault} is sealed, or down for maintenance. Unseal it, then start again.`;
    default:
      return status >= 300 && status < 400
        ? `${vault} sends elsewhere (HTTP ${status}), which is not followed with a token. Set ` +
            "vault.transit_address to the active node or to a load balancer."
        : `${vault} answered HTTP ${status}.`;
  }
}

/** 412: a replica that is behind; 429: a limit of the rate; the rest is the server's trouble. */
function isPassing(status: number): boolean {
  return status === 412 || status === 429 || status >= 500;
}

/** What Vault itself says, cut and cleaned; nothing when it repeats the secret. */
function wordsOf(json: unknown, secret: string): string {
  const read = errorsReply.safeParse(json);
  if (!read.success) return "";
  const words = read.data.errors.join("; ");
  if (secret !== "" && words.includes(secret)) return "";
  return words
    .replace(/[^ -~]+/g, " ")
    .trim()
    .slice(0, wordsLengthMax);
}

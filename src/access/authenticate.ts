import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { CordonError } from "../base/errors.js";
import { isLoopback, isLoopbackHost } from "../base/loopback.js";
import type { Caller } from "./access.js";
import { digestOf, type TokenEntry } from "./tokens.js";

/** What a call shows of who makes it. */
export interface Credentials {
  /** The `authorization` header, or undefined. */
  readonly authorization: string | undefined;
  /** Address of the peer, without its port. */
  readonly address: string;
}

export type Authentication =
  | { readonly ok: true; readonly caller: Caller }
  | {
      readonly ok: false;
      readonly reason: "CREDENTIALS_MISSING" | "CREDENTIALS_INVALID";
      readonly message: string;
    };

export type Authenticate = (credentials: Credentials) => Authentication;

/** Longest token that is looked at, characters. */
export const TOKEN_LENGTH_MAX = 512;

const missing: Authentication = {
  ok: false,
  reason: "CREDENTIALS_MISSING",
  message: 'Send the header "authorization: Bearer <token>" with this caller\'s token.',
};

const invalid: Authentication = {
  ok: false,
  reason: "CREDENTIALS_INVALID",
  message: "The token is not one of this server's callers. Ask its administrator for one.",
};

/**
 * Knows callers by their tokens. Digests are found by a key that is new in every process and
 * compared in constant time, so that the time of an answer says nothing about any token.
 */
export function authenticateByToken(entries: readonly TokenEntry[]): Authenticate {
  const secret = randomBytes(32);
  const keyOf = (digest: Buffer) => createHmac("sha256", secret).update(digest).digest("hex");
  const known = new Map(
    entries.map((entry) => {
      const digest = Buffer.from(entry.tokenSha256, "hex");
      return [keyOf(digest), { entry, digest }];
    }),
  );
  return ({ authorization, address }) => {
    if (authorization === undefined || authorization === "") return missing;
    const token = bearerToken(authorization);
    if (token === null) return invalid;
    const digest = digestOf(token);
    const found = known.get(keyOf(digest));
    if (found === undefined || !timingSafeEqual(found.digest, digest)) return invalid;
    const { name, role, cameraId } = found.entry;
    return { ok: true, caller: { name, role, cameraId, address } };
  };
}

/** The token of `Bearer <token>` (RFC 6750), or null. */
function bearerToken(authorization: string): string | null {
  if (authorization.length > TOKEN_LENGTH_MAX + "Bearer ".length) return null;
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1] ?? null;
}

/**
 * Without a token file: whoever calls from this machine itself is its administrator. Only for a
 * server that listens on loopback alone, and without a proxy before it, whose callers would all
 * look local.
 */
export const authenticateLocal: Authenticate = ({ address }) => {
  if (!isLoopback(address)) return missing;
  return { ok: true, caller: { name: "local", role: "administrator", cameraId: null, address } };
};

/**
 * How this server knows its callers: by token when there are tokens, else by the loopback address.
 * @param entries callers of the token file; null when none is configured
 * @param host address that the server listens on
 * @throws CordonError FAILED_PRECONDITION without tokens on any address but loopback
 */
export function chooseAuthenticate(
  entries: readonly TokenEntry[] | null,
  host: string,
): Authenticate {
  if (entries !== null) return authenticateByToken(entries);
  if (isLoopbackHost(host)) return authenticateLocal;
  throw new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "CREDENTIALS_MISSING",
    message:
      `The server would listen on ${host} for anybody. ` +
      "Set server.token_file (CORDON_TOKEN_FILE), or listen on 127.0.0.1.",
  });
}

/** A failed authentication as the error that leaves the engine: UNAUTHENTICATED. */
export function authenticationError(failed: Extract<Authentication, { ok: false }>): CordonError {
  const { reason, message } = failed;
  return new CordonError({ status: "UNAUTHENTICATED", reason, message });
}

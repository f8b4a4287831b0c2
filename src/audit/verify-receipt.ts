import { verifySignature } from "../vault/signer.js";
import type { JsonValue } from "./audit.js";
import { canonicalJson } from "./canonical.js";
import { isObject } from "./parse-record.js";
import { acceptSigners, signerId } from "./signers.js";

/** Type of what an erasure's receipt says. The server signs other statements with the same key. */
const RECEIPT_TYPE = "cordon.erasure-receipt";

/** A statement that the server signed. */
export interface SignedReceipt {
  /** Canonical JSON (RFC 8785). */
  readonly payload: string;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export type ReceiptVerdict =
  | {
      readonly ok: true;
      /** What was signed. */
      readonly statement: Readonly<Record<string, JsonValue>>;
      /** Name of the key: the file in `signers/` that it is in. */
      readonly signerId: string;
      /** Whether a key from elsewhere vouches for it; else anybody may have made the key. */
      readonly trusted: boolean;
    }
  | { readonly ok: false; readonly fault: string };

/**
 * Checks the receipt of an erasure. Without a trusted key a good one proves nothing: anybody can
 * make a key and sign what they like.
 *
 * @param trustedPublicKey 32 bytes, known from elsewhere to be the server's: no other key counts
 */
export function verifyReceipt(
  { payload, signature, publicKey }: SignedReceipt,
  trustedPublicKey?: Uint8Array,
): ReceiptVerdict {
  if (trustedPublicKey !== undefined && !acceptSigners([trustedPublicKey])(publicKey)) {
    return { ok: false, fault: "it is signed with another key than the trusted one" };
  }
  if (!verifySignature(publicKey, Buffer.from(payload, "utf8"), signature)) {
    return { ok: false, fault: "its signature is not good: it was altered, or never signed" };
  }
  const statement = readStatement(payload);
  if (statement === null) return { ok: false, fault: "its payload is not canonical JSON" };
  if (statement["type"] !== RECEIPT_TYPE) {
    return { ok: false, fault: "it is no receipt of an erasure, but another statement" };
  }
  const trusted = trustedPublicKey !== undefined;
  return { ok: true, statement, signerId: signerId(publicKey), trusted };
}

function readStatement(payload: string): Readonly<Record<string, JsonValue>> | null {
  try {
    const value: unknown = JSON.parse(payload);
    return isObject(value) && canonicalJson(value) === payload ? value : null;
  } catch {
    return null;
  }
}

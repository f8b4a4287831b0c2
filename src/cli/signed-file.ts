import type { SignedCheckpoint } from "../audit/audit.js";
import { parsePublicKey, publicKeySizeBytes, signatureSizeBytes } from "../vault/signer.js";
import { VaultError } from "../vault/vault.js";
import { readFile } from "./parse.js";

/** Bytes of such a file at most. */
const SIZE_BYTES_MAX = 1_048_576;

/** A statement that the server signed: an audit head, or the receipt of an erasure. */
export type Signed = SignedCheckpoint;

/** The text of a file with a signed statement: what --json prints of one. */
export function signedText({ payload, signature, publicKey }: Signed): string {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const file = { payload, signature: hex(signature), publicKey: hex(publicKey) };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * Reads a signed statement, also out of a whole answer that was printed with --json.
 *
 * @throws Error that names the file
 */
export function readSigned(path: string): Signed {
  const bytes = readFile(path);
  const value = bytes.length > SIZE_BYTES_MAX ? null : parseJson(bytes.toString("utf8"));
  const { payload, signature, publicKey } = statementIn(value);
  const read = { signature: fromHex(signature), publicKey: fromHex(publicKey) };
  const fits =
    read.signature.length === signatureSizeBytes && read.publicKey.length === publicKeySizeBytes;
  if (typeof payload === "string" && fits) return { payload, ...read };
  throw new Error(
    `${path}: holds no signed statement: JSON with payload, signature and publicKey, as cordon ` +
      "audit head --out and cordon person receipt --out write it.",
  );
}

/** An Ed25519 public key, PEM or base64. @throws Error that names the file */
export function readPublicKey(path: string): Uint8Array {
  try {
    return parsePublicKey(readFile(path).toString("latin1"));
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new Error(`${path}: ${error.message}`);
  }
}

type Members = Readonly<Record<string, unknown>>;

function statementIn(value: unknown): Members {
  if (!isObject(value)) return {};
  for (const member of [value["checkpoint"], value["receipt"]]) {
    if (isObject(member)) return member;
  }
  return value;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fromHex(value: unknown): Buffer {
  return typeof value === "string" && /^([0-9a-f]{2})+$/.test(value)
    ? Buffer.from(value, "hex")
    : Buffer.alloc(0);
}

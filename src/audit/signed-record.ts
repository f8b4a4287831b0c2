import { verifySignature } from "../vault/signer.js";
import type { Signer } from "../vault/vault.js";
import type { AuditEvent, AuditRecord, ChainHead, JsonValue } from "./audit.js";
import { canonicalJson } from "./canonical.js";
import type { LinePlace } from "./record.js";
import type { IsKnownSigner } from "./signers.js";

/**
 * Records that the log writes by itself and signs. Such a one vouches for the chain up to the
 * record before it, and for what it says besides.
 */

/** A signature over the chain. */
export const checkpointAct = "audit.checkpoint";
/** The same, and says which records were removed after their retention. */
export const pruneAct = "audit.prune";

/** Characters of an instance's id at most. */
export const instanceLengthMax = 128;

/** Which record a signature vouches for, whose log it is in, and when it was signed. */
export interface ChainClaim extends ChainHead {
  readonly instance: string;
  readonly timeMs: number;
}

type Fields = Readonly<Record<string, JsonValue>>;

/** Who is on record for what the log does by itself. */
const logActor = { name: "cordon", role: "server", address: "" } as const;

/**
 * The bytes that are signed: canonical JSON (RFC 8785). Its `type` keeps a signature over it from
 * passing for one over anything else that the same key signs.
 */
export function signedPayload(type: string, claim: ChainClaim, fields: Fields = {}): string {
  const { seq, hash, instance, timeMs } = claim;
  return canonicalJson({ ...fields, seq, hash, instance, timeMs, type });
}

/** A signed record, to be appended right after the record that it vouches for. */
export function signedEvent(
  signer: Signer,
  act: string,
  claim: ChainClaim,
  fields: Fields = {},
): AuditEvent {
  const { seq, hash, instance } = claim;
  const payload = signedPayload(act, claim, fields);
  return {
    act,
    actor: logActor,
    details: {
      ...fields,
      seq,
      hash,
      instance,
      publicKey: Buffer.from(signer.publicKey).toString("base64"),
      signature: Buffer.from(signer.sign(Buffer.from(payload, "utf8"))).toString("base64"),
    },
  };
}

/**
 * What is wrong with a signed record; null when it stands right after the record that it vouches
 * for, and its signature is good and by a known key.
 */
export function signedFault(
  record: AuditRecord,
  place: LinePlace,
  isKnownSigner: IsKnownSigner,
): string | null {
  const { publicKey, signature, ...fields } = record.details;
  const { seq, hash, instance } = fields;
  if (seq !== place.seq - 1 || hash !== place.prev || !isInstance(instance)) {
    return "it vouches for another record than the one before it";
  }
  const key = readBase64(publicKey);
  const signed = readBase64(signature);
  if (key === null || signed === null) return "it has no signature";
  if (!isKnownSigner(key)) return "it is signed with a key that is not known";
  const payload = payloadOf(record, fields, { seq, hash, instance });
  return payload !== null && verifySignature(key, Buffer.from(payload, "utf8"), signed)
    ? null
    : "its signature is not good";
}

export function isInstance(value: unknown): value is string {
  return typeof value === "string" && value.length <= instanceLengthMax;
}

function payloadOf(
  { act, timeMs }: AuditRecord,
  fields: Fields,
  place: ChainHead & { readonly instance: string },
): string | null {
  try {
    return signedPayload(act, { ...place, timeMs }, fields);
  } catch {
    // Another hand wrote what the log itself would refuse.
    return null;
  }
}

function readBase64(value: unknown): Buffer | null {
  if (typeof value !== "string") return null;
  const bytes = Buffer.from(value, "base64");
  // Only one spelling counts.
  return bytes.toString("base64") === value ? bytes : null;
}

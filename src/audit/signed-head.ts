import { verifySignature } from "../vault/signer.js";
import type { Signer } from "../vault/vault.js";
import type { SignedCheckpoint } from "./audit.js";
import { AuditError } from "./audit-error.js";
import { isObject } from "./parse-record.js";
import { type ChainClaim, checkpointAct, isInstance, signedPayload } from "./signed-record.js";
import type { IsKnownSigner } from "./signers.js";

const hashPattern = /^[0-9a-f]{64}$/;

/** A place in the chain, signed, to be kept elsewhere: later it proves that nothing was cut off. */
export function signHead(signer: Signer, claim: ChainClaim): SignedCheckpoint {
  const payload = signedPayload(checkpointAct, claim);
  const signature = signer.sign(Buffer.from(payload, "utf8"));
  return { payload, signature, publicKey: signer.publicKey };
}

/**
 * What a signed head says.
 *
 * @param isKnownSigner whose signatures count
 * @throws AuditError SIGNED_HEAD_INVALID
 */
export function readSignedHead(head: SignedCheckpoint, isKnownSigner: IsKnownSigner): ChainClaim {
  const { payload, signature, publicKey } = head;
  const claim = readClaim(payload);
  if (claim === null) throw invalid("its payload is not that of a checkpoint");
  if (!isKnownSigner(publicKey)) throw invalid("it is signed with a key that is not known");
  if (!verifySignature(publicKey, Buffer.from(payload, "utf8"), signature)) {
    throw invalid("its signature is not good");
  }
  return claim;
}

function readClaim(payload: string): ChainClaim | null {
  try {
    const value: unknown = JSON.parse(payload);
    if (!isObject(value)) return null;
    const { hash, instance, seq, timeMs } = value;
    if (typeof hash !== "string" || !hashPattern.test(hash) || !isInstance(instance)) return null;
    if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0) return null;
    if (typeof timeMs !== "number") return null;
    const claim = { hash, instance, seq, timeMs };
    // Only the one canonical form counts: nothing may be added to it.
    return signedPayload(checkpointAct, claim) === payload ? claim : null;
  } catch {
    return null;
  }
}

function invalid(fault: string): AuditError {
  return new AuditError(
    "SIGNED_HEAD_INVALID",
    `The signed head cannot be held against the log: ${fault}. Give one that this server signed, ` +
      "unaltered, and the public key that it signed with.",
  );
}

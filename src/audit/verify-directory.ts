import type { AuditVerification, ChainHead, SignedCheckpoint } from "./audit.js";
import type { Expected } from "./chain-check.js";
import { listSegments } from "./segments.js";
import { readSignedHead } from "./signed-head.js";
import { acceptSigners, readSigners } from "./signers.js";
import { type VerifyProgress, verifySegments } from "./verify.js";

export interface VerifyDirectoryOptions {
  /**
   * Ed25519, 32 bytes, from elsewhere than the log's directory: then no other key's signatures
   * count. Without it, the keys in `signers/` do.
   */
  readonly trustedPublicKey?: Uint8Array;
  /** A signed head that was kept elsewhere: the log must still hold its record. */
  readonly signedHead?: SignedCheckpoint;
  /** Check ends with this record, as a running log's does. */
  readonly until?: ChainHead;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/**
 * What became of the record that a signed head names: it is there unaltered, or it was removed
 * with all before it after the retention, so that nothing can be said.
 */
export type SignedHeadVerdict = "HELD" | "PRUNED";

/** `signedHead` stands where one was given and the log is not broken. */
export type DirectoryVerification = AuditVerification & { readonly signedHead?: SignedHeadVerdict };

/**
 * Checks a whole log without a server, also a copy of one, and changes nothing. A record in the
 * making at its end is not counted, so a running server's log may be checked, too.
 *
 * @throws AuditError UNUSABLE_PATH when the directory cannot be read, SIGNED_HEAD_INVALID
 */
export async function verifyAuditDirectory(
  directory: string,
  options: VerifyDirectoryOptions = {},
): Promise<DirectoryVerification> {
  const { trustedPublicKey, signedHead, until, onProgress } = options;
  const segments = await listSegments(directory);
  const isKnownSigner = acceptSigners(
    trustedPublicKey === undefined ? await readSigners(directory) : [trustedPublicKey],
  );
  const claim = signedHead === undefined ? null : readSignedHead(signedHead, isKnownSigner);
  const firstSeq = segments[0]?.firstSeq ?? 1;
  const mustHold: Expected | null =
    claim === null ? null : { ...claim, otherwise: "it is not the one that the signed head names" };
  const { result } = await verifySegments(segments, {
    isKnownSigner,
    ...(until === undefined ? {} : { until }),
    ...(mustHold === null ? {} : { mustHold }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  if (claim === null || !result.ok) return result;
  // Nothing at all is before the first record, and there is nothing of it to remove.
  const pruned = claim.seq > 0 && claim.seq < firstSeq;
  return { ...result, signedHead: pruned ? "PRUNED" : "HELD" };
}

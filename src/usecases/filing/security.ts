import type { SecurityFact } from "../../filing/snapshot.js";

/** What the configuration and the running parts say of how faces are guarded. */
export interface SecurityPosture {
  /** Of the key-encryption key: `file` or `transit`. */
  readonly keyProvider: string;
  readonly tls: boolean;
  /** Callers must show certificates. */
  readonly mutualTls: boolean;
  /** Callers must show tokens. */
  readonly tokens: boolean;
  /** Nobody on another machine can call. */
  readonly loopbackOnly: boolean;
  /** How many callers there are of each role: not material, so in no fact. */
  readonly callers: readonly { readonly role: string; readonly callers: number }[];
  readonly auditRetentionDays: number;
}

/**
 * The security measures in force (Art. 15 (3)). They are fingerprinted with what is filed, so a
 * changed wording is a material change to every server that has filed: change none without need.
 */
export function securityFacts(posture: SecurityPosture): readonly SecurityFact[] {
  return [
    { measure: "encryption at rest", fact: atRest(posture) },
    { measure: "encryption in transit", fact: inTransit(posture) },
    { measure: "access control", fact: accessControl(posture) },
    {
      measure: "authorisation",
      fact:
        "six roles, each with the least that its work needs; galleries searched only by zones and " +
        "for purposes that they are authorised for",
    },
    {
      measure: "audit",
      fact:
        "every query, enrolment, erasure and change on record before it is answered; SHA-256 " +
        `chain with Ed25519 checkpoints; kept ${posture.auditRetentionDays} days`,
    },
    {
      measure: "intrusion detection",
      fact:
        "refused calls counted by reason; a changed, removed or reordered record of the audit, and " +
        "a changed or swapped template, is detected when it is read",
    },
    {
      measure: "data minimisation",
      fact: "no image and no probe is stored; templates of enrolled persons alone",
    },
    {
      measure: "erasure",
      fact: "by itself at the retention deadline; data key destroyed, rows deleted, signed receipt",
    },
  ];
}

function atRest({ keyProvider }: SecurityPosture): string {
  const where =
    keyProvider === "transit" ? "HashiCorp Vault's transit engine" : "a key file of mode 0600";
  return `AES-256-GCM, one data key for each person, wrapped by a key in ${where}`;
}

function inTransit({ tls, mutualTls, loopbackOnly }: SecurityPosture): string {
  if (mutualTls) return "TLS, callers by certificate";
  if (tls) return "TLS";
  return loopbackOnly ? "none: calls from the same machine alone" : "none";
}

function accessControl({ tokens, mutualTls }: SecurityPosture): string {
  const certificate = mutualTls ? " and a client certificate" : "";
  if (tokens) return `a token for each caller, kept as SHA-256${certificate}`;
  return `whoever calls from the same machine is the administrator${certificate}`;
}

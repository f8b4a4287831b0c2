import { isLoopback } from "../../base/loopback.js";
import { saysSomething } from "../../base/says.js";
import type { PreparedBasis, ZoneFact } from "../facts.js";
import { broken, type Finding, kept, nothing, subjectOf } from "../violation.js";
import { instantText } from "./instant.js";
import type { PeerQuery, Rule } from "./rule.js";

const article = "Art. 8";
const reason = "EGRESS_NOT_PERMITTED";
const sha256Hex = /^[0-9a-f]{64}$/;

/**
 * The probe came over a network that the zone permits, or an egress basis allows it. A peer on
 * this very machine has sent nothing over any network.
 */
export const egressPermitted: Rule<PeerQuery> = {
  reasons: [reason],
  article,
  check(facts, { zoneId, peerAddress }, nowMs) {
    const fact = facts.zone(zoneId);
    if (fact === undefined) return nothing;
    const subject = subjectOf("peer", peerAddress);
    if (isLoopback(peerAddress)) {
      const description = "The caller is on this very machine.";
      return [kept({ reason, article, subject, description })];
    }
    if (fact.networks.contains(peerAddress)) {
      const description = "The caller is in a network that the zone permits.";
      return [kept({ reason, article, subject, description }, [subjectOf("zone", zoneId)])];
    }
    const basis = longestBasis(fact, peerAddress, nowMs);
    if (basis !== null) {
      const description = `An egress basis allows it until ${instantText(basis.validUntilMs)}.`;
      const what = { reason, article, subject, description } as const;
      return [kept(what, [basis.subject], basis.validUntilMs)];
    }
    return [
      broken({
        reason,
        article,
        subject,
        description: "The caller is in no network that the zone permits, nor has an egress basis.",
        remedy:
          "Keep face information inside: permit the network if it is private (ZoneService.UpdateZone), " +
          "or record the law or consents that allow it (SafeguardService.RecordEgressBasis).",
      }),
    ];
  },
};

/** Of the bases that allow this address now, the one that lasts longest. */
function longestBasis(fact: ZoneFact, address: string, nowMs: number) {
  let longest: PreparedBasis["basis"] | null = null;
  for (const { basis, networks } of fact.egressBases) {
    const allows = basisFault(basis, nowMs) === null && networks.contains(address);
    if (allows && basis.validUntilMs > (longest?.validUntilMs ?? -Infinity)) longest = basis;
  }
  return longest === null ? null : { ...longest, subject: basisSubject(longest) };
}

/** Why a basis allows nothing, as a sentence; null when it does. */
function basisFault(basis: PreparedBasis["basis"], nowMs: number): string | null {
  if (!saysSomething(basis.citation) && !sha256Hex.test(basis.consentEvidenceSha256)) {
    return "The egress basis names neither a law nor the evidence of separate consents.";
  }
  if (nowMs < basis.validUntilMs) return null;
  return `The egress basis ran out at ${instantText(basis.validUntilMs)}.`;
}

function basisSubject({ zoneId, basisId }: PreparedBasis["basis"]): string {
  return subjectOf("zone", zoneId, "egress", basisId);
}

/**
 * What the checklist says, which has no caller to judge: from where one may send, and how each
 * egress basis of the zone stands.
 */
export function egressFindings(fact: ZoneFact, nowMs: number): readonly Finding[] {
  const { permittedNetworks, zoneId } = fact.zone;
  const subject = subjectOf("zone", zoneId, "networks");
  const from = ["this very machine", ...permittedNetworks].join(", ");
  const description = `Cameras may send from ${from}.`;
  const networks = kept({ reason, article, subject, description }, [subjectOf("zone", zoneId)]);
  return [networks, ...fact.egressBases.map(({ basis }) => basisFinding(basis, nowMs))];
}

function basisFinding(basis: PreparedBasis["basis"], nowMs: number): Finding {
  const subject = basisSubject(basis);
  const fault = basisFault(basis, nowMs);
  if (fault === null) {
    const description = `Cameras may send from ${basis.networks.join(", ")} too.`;
    return kept({ reason, article, subject, description }, [subject], basis.validUntilMs);
  }
  const remedy =
    "Record it anew (SafeguardService.RecordEgressBasis), or remove it " +
    "(SafeguardService.RemoveEgressBasis).";
  return broken({ reason, article, subject, description: fault, remedy }, [subject]);
}

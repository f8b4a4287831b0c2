import type { EgressBasis } from "../../store/gate-records.js";
import type { EgressBasis as BasisMessage } from "../generated/cordon/v1/EgressBasis.js";
import { fromHex, toTimestamp } from "../mapping.js";

export function fromBasis(basis: EgressBasis): BasisMessage {
  const { basisId, zoneId, networks, citation } = basis;
  return {
    basisId,
    zoneId,
    networks: [...networks],
    citation,
    consentEvidenceSha256: fromHex(basis.consentEvidenceSha256),
    validUntil: toTimestamp(basis.validUntilMs),
  };
}

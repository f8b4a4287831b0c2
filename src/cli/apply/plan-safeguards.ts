import {
  validateAlternative,
  validateEgressBasis,
  validateMinorRules,
} from "../../compliance/validate-safeguards.js";
import {
  type AlternativeDocument,
  alternativeRequest,
  type EgressDocument,
  egressRequest,
  type MinorRulesDocument,
  minorRulesRequest,
} from "../documents/safeguards.js";
import { changesOf } from "./change.js";
import { createOrUpdate, judged, Phase, type Planner } from "./plan.js";
import { rawAlternative, rawEgress, rawMinorRules } from "./raw.js";
import { seenHash, seenInstant, seenSet } from "./seen.js";

export const planAlternative: Planner<AlternativeDocument> = async (
  document,
  current,
  expected,
) => {
  const methods = await current.alternatives(document.zone_id);
  const found = methods.find(({ methodId }) => methodId === document.method_id) ?? null;
  const changes = changesOf(
    found && {
      description: found.description,
      available_from: seenInstant(found.availableFrom),
    },
    {
      description: document.description,
      available_from: seenInstant(document.available_from),
    },
  );
  const outcome = createOrUpdate(found !== null, changes, {
    phase: Phase.safeguard,
    name: "record",
    run: (client) =>
      client.safeguard.recordAlternativeMethod({ method: alternativeRequest(document) }),
  });
  const isZone = await expected.zones([document.zone_id]);
  return judged(outcome, validateAlternative(rawAlternative(document), isZone, expected.nowMs));
};

export const planEgress: Planner<EgressDocument> = async (document, current, expected) => {
  const bases = await current.egressBases(document.zone_id);
  const found = bases.find(({ basisId }) => basisId === document.basis_id) ?? null;
  const changes = changesOf(
    found && {
      networks: seenSet(found.networks),
      citation: found.citation,
      consent_evidence_sha256: seenHash(found.consentEvidenceSha256),
      valid_until: seenInstant(found.validUntil),
    },
    {
      networks: seenSet(document.networks),
      citation: document.citation ?? "",
      consent_evidence_sha256: seenHash(document.consentEvidenceSha256),
      valid_until: seenInstant(document.valid_until),
    },
  );
  const outcome = createOrUpdate(found !== null, changes, {
    phase: Phase.safeguard,
    name: "record",
    run: (client) => client.safeguard.recordEgressBasis({ basis: egressRequest(document) }),
  });
  const isZone = await expected.zones([document.zone_id]);
  return judged(outcome, validateEgressBasis(rawEgress(document), isZone, expected.nowMs));
};

export const planMinorRules: Planner<MinorRulesDocument> = async (document, current, expected) => {
  const found = await current.minorRules();
  const { storage, use, transfer, disclosure, documentSha256, approved_by } = document;
  const changes = changesOf(
    found && {
      storage: found.storage,
      use: found.use,
      transfer: found.transfer,
      disclosure: found.disclosure,
      document_sha256: seenHash(found.documentSha256),
      approved_by: found.approver,
    },
    { storage, use, transfer, disclosure, document_sha256: seenHash(documentSha256), approved_by },
  );
  const outcome = createOrUpdate(found !== null, changes, {
    phase: Phase.safeguard,
    name: "set",
    run: (client) => client.safeguard.setMinorRules({ rules: minorRulesRequest(document) }),
  });
  return judged(outcome, validateMinorRules(rawMinorRules(document), expected.nowMs));
};

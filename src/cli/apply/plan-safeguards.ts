import {
  type AlternativeDocument,
  alternativeRequest,
  type EgressDocument,
  egressRequest,
  type MinorRulesDocument,
  minorRulesRequest,
} from "../documents/safeguards.js";
import { changesOf } from "./change.js";
import { createOrUpdate, Phase, type Planner } from "./plan.js";
import { seenHash, seenInstant, seenSet } from "./seen.js";

export const planAlternative: Planner<AlternativeDocument> = async (document, current) => {
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
  return createOrUpdate(found !== null, changes, {
    phase: Phase.safeguard,
    run: (client) =>
      client.safeguard.recordAlternativeMethod({ method: alternativeRequest(document) }),
  });
};

export const planEgress: Planner<EgressDocument> = async (document, current) => {
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
  return createOrUpdate(found !== null, changes, {
    phase: Phase.safeguard,
    run: (client) => client.safeguard.recordEgressBasis({ basis: egressRequest(document) }),
  });
};

export const planMinorRules: Planner<MinorRulesDocument> = async (document, current) => {
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
  return createOrUpdate(found !== null, changes, {
    phase: Phase.safeguard,
    run: (client) => client.safeguard.setMinorRules({ rules: minorRulesRequest(document) }),
  });
};

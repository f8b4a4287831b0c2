import { validateHandlingRules } from "../../compliance/validate-handling-rules.js";
import { type HandlingRulesDocument, handlingRulesRequest } from "../documents/handling-rules.js";
import { changesOf } from "./change.js";
import { createOrUpdate, judged, Phase, type Planner } from "./plan.js";
import { rawHandlingRules } from "./raw.js";
import { seenHash, seenInstant } from "./seen.js";

export const planHandlingRules: Planner<HandlingRulesDocument> = async (
  document,
  current,
  expected,
) => {
  const found = await current.handlingRules();
  const { kind: _, documentSha256, approved_at, ...parts } = document;
  const changes = changesOf(
    found && {
      collection: found.collection,
      storage: found.storage,
      use: found.use,
      transfer: found.transfer,
      deletion: found.deletion,
      authorisation: found.authorisation,
      incident_response: found.incidentResponse,
      intrusion_detection: found.intrusionDetection,
      document_sha256: seenHash(found.documentSha256),
      approved_by: found.approver,
      approved_at: seenInstant(found.approveTime),
    },
    { ...parts, document_sha256: seenHash(documentSha256), approved_at: seenInstant(approved_at) },
  );
  const outcome = createOrUpdate(found !== null, changes, {
    phase: Phase.safeguard,
    name: "set",
    run: (client) => client.filing.setHandlingRules({ rules: handlingRulesRequest(document) }),
  });
  return judged(outcome, validateHandlingRules(rawHandlingRules(document), expected.nowMs));
};

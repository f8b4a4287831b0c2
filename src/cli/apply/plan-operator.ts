import { validateOperator } from "../../compliance/validate-operator.js";
import { type OperatorDocument, operatorRequest } from "../documents/operator.js";
import { shortName } from "../output.js";
import { changesOf, type Seen } from "./change.js";
import { createOrUpdate, judged, Phase, type Planner } from "./plan.js";

export const planOperator: Planner<OperatorDocument> = async (document, current) => {
  const found = await current.operator();
  const seenOfficers = (
    officers: readonly { role: string; name: string; contact: string }[],
  ): Seen =>
    Object.fromEntries(
      officers.map(({ role, name, contact }, index) => [
        `${index}`,
        { role: shortName(role, "OFFICER_ROLE_"), name, contact },
      ]),
    );
  const { name, contact, unified_social_credit_code, region, officers } = document;
  const wanted = { name, contact, unified_social_credit_code, region };
  const changes = changesOf(
    found && {
      name: found.name,
      contact: found.contact,
      unified_social_credit_code: found.unifiedSocialCreditCode,
      region: found.region,
      officers: seenOfficers(found.officers),
    },
    { ...wanted, officers: seenOfficers(officers) },
  );
  const outcome = createOrUpdate(found !== null, changes, {
    phase: Phase.operator,
    name: "set",
    run: (client) => client.server.setOperator({ operator: operatorRequest(document) }),
  });
  const raw = { ...wanted, unifiedSocialCreditCode: unified_social_credit_code, officers };
  return judged(outcome, validateOperator(raw));
};

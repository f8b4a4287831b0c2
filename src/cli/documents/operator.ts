import { z } from "zod";
import type { OfficerRole } from "../../api/generated/cordon/v1/OfficerRole.js";
import type { Operator } from "../../api/generated/cordon/v1/Operator.js";
import { officerRoles } from "../words.js";
import { listOf, oneOf, text } from "./fields.js";

/** `kind: Operator`: who answers for this server. */
export const operatorSchema = () =>
  z.strictObject({
    kind: z.literal("Operator"),
    name: text,
    contact: text,
    unified_social_credit_code: z.string().default(""),
    region: z.string().default(""),
    officers: listOf(
      z.strictObject({ role: oneOf(officerRoles), name: text, contact: text }),
    ).default([]),
  });

export type OperatorDocument = z.output<ReturnType<typeof operatorSchema>>;

export function operatorRequest(document: OperatorDocument): Operator {
  const { name, contact, unified_social_credit_code, region, officers } = document;
  return {
    name,
    contact,
    unifiedSocialCreditCode: unified_social_credit_code,
    region,
    officers: officers.map((officer) => ({
      ...officer,
      role: `OFFICER_ROLE_${officer.role}` as OfficerRole,
    })),
  };
}

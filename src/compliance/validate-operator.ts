import { type Officer, type Operator, officerRoles } from "../store/records.js";
import { type Checks, createChecks, type Validated } from "./checks.js";
import { creditCodeProblem } from "./credit-code.js";

export const OPERATOR_NAME_LENGTH_MAX = 200;
export const OPERATOR_CONTACT_LENGTH_MAX = 500;
export const REGION_LENGTH_MAX = 100;
export const OFFICERS_MAX = 16;
export const OFFICER_NAME_LENGTH_MAX = 100;
export const OFFICER_CONTACT_LENGTH_MAX = 200;

/** What a caller says of the operator (`cordon.v1.Operator`), unchecked. */
export interface RawOperator {
  readonly name: string;
  readonly contact: string;
  readonly unifiedSocialCreditCode: string;
  readonly region: string;
  readonly officers: readonly {
    /** One of `officerRoles`; anything else is refused. */
    readonly role: string;
    readonly name: string;
    readonly contact: string;
  }[];
}

/** What a caller can say of the operator; the count of its changes is the server's. */
export type OperatorProfile = Omit<Operator, "noticeRevision">;

/** The operator, or every field that is wrong. */
export function validateOperator(raw: RawOperator): Validated<OperatorProfile> {
  const checks = createChecks();
  checks.requiredText("operator.name", raw.name, OPERATOR_NAME_LENGTH_MAX);
  checks.requiredText("operator.contact", raw.contact, OPERATOR_CONTACT_LENGTH_MAX);
  const { unifiedSocialCreditCode } = raw;
  const codeProblem =
    unifiedSocialCreditCode === "" ? null : creditCodeProblem(unifiedSocialCreditCode);
  if (codeProblem !== null) checks.add("operator.unified_social_credit_code", codeProblem);
  checks.text("operator.region", raw.region, REGION_LENGTH_MAX);
  const officers = checkOfficers(checks, raw.officers);
  if (checks.fields.length > 0) return { ok: false, fields: checks.fields };
  const { name, contact, region } = raw;
  return { ok: true, record: { name, contact, unifiedSocialCreditCode, region, officers } };
}

function checkOfficers(checks: Checks, officers: RawOperator["officers"]): readonly Officer[] {
  if (officers.length > OFFICERS_MAX) {
    checks.add("operator.officers", `must be at most ${OFFICERS_MAX}`);
    return [];
  }
  const checked: Officer[] = [];
  for (const [index, officer] of officers.entries()) {
    const path = `operator.officers[${index}]`;
    const role = checks.oneOf(`${path}.role`, officerRoles, officer.role);
    const { name, contact } = officer;
    checks.requiredText(`${path}.name`, name, OFFICER_NAME_LENGTH_MAX);
    checks.requiredText(`${path}.contact`, contact, OFFICER_CONTACT_LENGTH_MAX);
    if (role !== null) checked.push({ role, name, contact });
  }
  return checked;
}

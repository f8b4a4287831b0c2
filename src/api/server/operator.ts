import type { Operator } from "../../store/records.js";
import type { Operator as OperatorMessage } from "../generated/cordon/v1/Operator.js";

export function fromOperator(operator: Operator): OperatorMessage {
  const officers = operator.officers.map(({ role, name, contact }) => {
    return { role: `OFFICER_ROLE_${role}` as const, name, contact };
  });
  return { ...operator, officers };
}

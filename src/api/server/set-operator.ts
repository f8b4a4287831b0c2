import type { Engine } from "../../usecases/engine.js";
import { setOperator } from "../../usecases/operator.js";
import type { Unary } from "../context.js";
import type { SetOperatorRequest__Output } from "../generated/cordon/v1/SetOperatorRequest.js";
import type { SetOperatorResponse } from "../generated/cordon/v1/SetOperatorResponse.js";
import { wordOf } from "../mapping.js";
import { fromOperator } from "./operator.js";

export function setOperatorRpc(
  engine: Engine,
): Unary<SetOperatorRequest__Output, SetOperatorResponse> {
  return async ({ operator }, { caller }) => {
    const { officers: sent, ...profile } = operator ?? nobody;
    const officers = sent.map(({ role, name, contact }) => {
      return { role: wordOf(role, "OFFICER_ROLE_"), name, contact };
    });
    const raw = { ...profile, officers };
    return { operator: fromOperator(await setOperator(engine, raw, caller)) };
  };
}

/** Without a profile every field that it must have is missing. */
const nobody = { name: "", contact: "", unifiedSocialCreditCode: "", region: "", officers: [] };

import { invalidField } from "../../base/errors.js";
import type { Engine } from "../../usecases/engine.js";
import { setMinorRules } from "../../usecases/minor-rules.js";
import type { Unary } from "../context.js";
import type { SetMinorRulesRequest__Output } from "../generated/cordon/v1/SetMinorRulesRequest.js";
import type { SetMinorRulesResponse } from "../generated/cordon/v1/SetMinorRulesResponse.js";
import { fromMinorRules } from "./minor-rules.js";

export function setMinorRulesRpc(
  engine: Engine,
): Unary<SetMinorRulesRequest__Output, SetMinorRulesResponse> {
  return async ({ rules }, { caller }) => {
    if (rules === null) throw invalidField("rules", "is required");
    return { rules: fromMinorRules(await setMinorRules(engine, rules, caller)) };
  };
}

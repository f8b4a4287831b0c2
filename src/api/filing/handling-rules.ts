import { invalidField } from "../../base/errors.js";
import type { HandlingRules } from "../../store/filing-records.js";
import type { Engine } from "../../usecases/engine.js";
import { getHandlingRules, setHandlingRules } from "../../usecases/filing/handling-rules.js";
import type { Unary } from "../context.js";
import type { GetHandlingRulesRequest__Output } from "../generated/cordon/v1/GetHandlingRulesRequest.js";
import type { GetHandlingRulesResponse } from "../generated/cordon/v1/GetHandlingRulesResponse.js";
import type { HandlingRules as RulesMessage } from "../generated/cordon/v1/HandlingRules.js";
import type { SetHandlingRulesRequest__Output } from "../generated/cordon/v1/SetHandlingRulesRequest.js";
import type { SetHandlingRulesResponse } from "../generated/cordon/v1/SetHandlingRulesResponse.js";
import { fromHex, toMs, toTimestamp } from "../mapping.js";

export function setHandlingRulesRpc(
  engine: Engine,
): Unary<SetHandlingRulesRequest__Output, SetHandlingRulesResponse> {
  return async ({ rules }, { caller }) => {
    if (rules === null) throw invalidField("rules", "is required");
    const { approveTime, ...rest } = rules;
    const raw = { ...rest, approvedAtMs: toMs(approveTime, "rules.approve_time") };
    return { rules: fromRules(await setHandlingRules(engine, raw, caller)) };
  };
}

export function getHandlingRulesRpc(
  engine: Engine,
): Unary<GetHandlingRulesRequest__Output, GetHandlingRulesResponse> {
  return async () => ({ rules: fromRules(getHandlingRules(engine)) });
}

function fromRules({ documentSha256, approvedAtMs, ...rules }: HandlingRules): RulesMessage {
  return {
    ...rules,
    documentSha256: fromHex(documentSha256),
    approveTime: toTimestamp(approvedAtMs),
  };
}

import type { Engine } from "../../usecases/engine.js";
import { getMinorRules } from "../../usecases/minor-rules.js";
import type { Unary } from "../context.js";
import type { GetMinorRulesRequest__Output } from "../generated/cordon/v1/GetMinorRulesRequest.js";
import type { GetMinorRulesResponse } from "../generated/cordon/v1/GetMinorRulesResponse.js";
import { fromMinorRules } from "./minor-rules.js";

export function getMinorRulesRpc(
  engine: Engine,
): Unary<GetMinorRulesRequest__Output, GetMinorRulesResponse> {
  return async () => ({ rules: fromMinorRules(await getMinorRules(engine)) });
}

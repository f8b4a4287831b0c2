import type { Engine } from "../../usecases/engine.js";
import { getOperator } from "../../usecases/operator.js";
import type { Unary } from "../context.js";
import type { GetOperatorRequest__Output } from "../generated/cordon/v1/GetOperatorRequest.js";
import type { GetOperatorResponse } from "../generated/cordon/v1/GetOperatorResponse.js";
import { fromOperator } from "./operator.js";

export function getOperatorRpc(
  engine: Engine,
): Unary<GetOperatorRequest__Output, GetOperatorResponse> {
  return async () => ({ operator: fromOperator(await getOperator(engine)) });
}

import type { Engine } from "../../usecases/engine.js";
import { setOperator } from "../../usecases/operator.js";
import type { Unary } from "../context.js";
import type { SetOperatorRequest__Output } from "../generated/cordon/v1/SetOperatorRequest.js";
import type { SetOperatorResponse } from "../generated/cordon/v1/SetOperatorResponse.js";

export function setOperatorRpc(
  engine: Engine,
): Unary<SetOperatorRequest__Output, SetOperatorResponse> {
  return async ({ operator }, { caller }) => {
    const { name, contact } = operator ?? { name: "", contact: "" };
    return { operator: await setOperator(engine, { name, contact }, caller) };
  };
}

import type { Engine } from "../../usecases/engine.js";
import { inspectSign } from "../../usecases/signage.js";
import type { Unary } from "../context.js";
import type { InspectSignRequest__Output } from "../generated/cordon/v1/InspectSignRequest.js";
import type { InspectSignResponse } from "../generated/cordon/v1/InspectSignResponse.js";
import { toMs } from "../mapping.js";
import { fromSign } from "./sign.js";

export function inspectSignRpc(
  engine: Engine,
): Unary<InspectSignRequest__Output, InspectSignResponse> {
  return async ({ inspectTime, ...request }, { caller }) => {
    const inspectedAtMs = toMs(inspectTime, "inspect_time");
    const raw = { ...request, inspectedAtMs };
    return { sign: fromSign(await inspectSign(engine, request, raw, caller)) };
  };
}

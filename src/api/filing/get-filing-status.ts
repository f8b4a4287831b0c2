import type { Engine } from "../../usecases/engine.js";
import { filingStatus } from "../../usecases/filing/watch.js";
import type { Unary } from "../context.js";
import type { GetFilingStatusRequest__Output } from "../generated/cordon/v1/GetFilingStatusRequest.js";
import type { GetFilingStatusResponse } from "../generated/cordon/v1/GetFilingStatusResponse.js";
import { fromStatus } from "./status.js";

export function getFilingStatusRpc(
  engine: Engine,
): Unary<GetFilingStatusRequest__Output, GetFilingStatusResponse> {
  return async () => ({ status: fromStatus(await filingStatus(engine)) });
}

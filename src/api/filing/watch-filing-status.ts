import type { Engine } from "../../usecases/engine.js";
import { watchFiling } from "../../usecases/filing/watch.js";
import type { ServerStream } from "../context.js";
import type { WatchFilingStatusRequest__Output } from "../generated/cordon/v1/WatchFilingStatusRequest.js";
import type { WatchFilingStatusResponse } from "../generated/cordon/v1/WatchFilingStatusResponse.js";
import { fromStatus } from "./status.js";

export function watchFilingStatusRpc(
  engine: Engine,
): ServerStream<WatchFilingStatusRequest__Output, WatchFilingStatusResponse> {
  return async function* (_request, { signal }) {
    for await (const status of watchFiling(engine, signal)) yield { status: fromStatus(status) };
  };
}

import type { Engine } from "../../usecases/engine.js";
import { mergePersons } from "../../usecases/merges.js";
import type { Unary } from "../context.js";
import type { MergePersonsRequest__Output } from "../generated/cordon/v1/MergePersonsRequest.js";
import type { MergePersonsResponse } from "../generated/cordon/v1/MergePersonsResponse.js";
import { fromMerge } from "./merge.js";

export function mergePersonsRpc(
  engine: Engine,
): Unary<MergePersonsRequest__Output, MergePersonsResponse> {
  return async (request, { caller }) => ({
    merge: fromMerge(await mergePersons(engine, request, caller)),
  });
}

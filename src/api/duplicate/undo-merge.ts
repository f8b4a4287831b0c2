import type { Engine } from "../../usecases/engine.js";
import { undoMerge } from "../../usecases/merges.js";
import type { Unary } from "../context.js";
import type { UndoMergeRequest__Output } from "../generated/cordon/v1/UndoMergeRequest.js";
import type { UndoMergeResponse } from "../generated/cordon/v1/UndoMergeResponse.js";
import { fromMerge } from "./merge.js";

export function undoMergeRpc(engine: Engine): Unary<UndoMergeRequest__Output, UndoMergeResponse> {
  return async ({ mergeId }, { caller }) => ({
    merge: fromMerge(await undoMerge(engine, mergeId, caller)),
  });
}

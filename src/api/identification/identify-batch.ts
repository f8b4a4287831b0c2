import { invalidField } from "../../base/errors.js";
import type { Engine } from "../../usecases/engine.js";
import { BATCH_QUERIES_MAX, identifyBatch } from "../../usecases/identify-batch.js";
import type { Unary } from "../context.js";
import type { IdentifyBatchRequest__Output } from "../generated/cordon/v1/IdentifyBatchRequest.js";
import type { IdentifyBatchResponse } from "../generated/cordon/v1/IdentifyBatchResponse.js";
import type { IdentifyRequest__Output } from "../generated/cordon/v1/IdentifyRequest.js";
import { guardRequest } from "../guard.js";
import { toQuery } from "./query.js";
import { toResult } from "./result.js";

/** What is wrong with one query is that query's failure. */
export function identifyBatchRpc(
  engine: Engine,
): Unary<IdentifyBatchRequest__Output, IdentifyBatchResponse> {
  return async ({ queries }, { caller, signal }) => {
    if (queries.length < 1 || queries.length > BATCH_QUERIES_MAX) {
      throw invalidField("queries", `must be 1 to ${BATCH_QUERIES_MAX}, and are ${queries.length}`);
    }
    const read = (request: IdentifyRequest__Output) => () => {
      guardRequest(request);
      return toQuery(engine, request);
    };
    const batch = queries.map((request) => ({
      isPicture: !request.embedding,
      read: read(request),
    }));
    const outcomes = await identifyBatch(engine, batch, caller, signal);
    const { modelPack } = engine.vision.info;
    return { results: outcomes.map((outcome, at) => toResult(at, outcome, modelPack)) };
  };
}

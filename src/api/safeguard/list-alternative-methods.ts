import { listAlternatives } from "../../usecases/alternatives.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { ListAlternativeMethodsRequest__Output } from "../generated/cordon/v1/ListAlternativeMethodsRequest.js";
import type { ListAlternativeMethodsResponse } from "../generated/cordon/v1/ListAlternativeMethodsResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromMethod } from "./alternative-method.js";

export function listAlternativeMethodsRpc(
  engine: Engine,
): Unary<ListAlternativeMethodsRequest__Output, ListAlternativeMethodsResponse> {
  return async (request) => {
    const page = await listAlternatives(engine, request.zoneId || null, toPageRequest(request));
    return { methods: page.items.map(fromMethod), nextPageToken: page.nextPageToken };
  };
}

import type { Engine } from "../../usecases/engine.js";
import { listSigns } from "../../usecases/signage.js";
import type { Unary } from "../context.js";
import type { ListSignsRequest__Output } from "../generated/cordon/v1/ListSignsRequest.js";
import type { ListSignsResponse } from "../generated/cordon/v1/ListSignsResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromSign } from "./sign.js";

export function listSignsRpc(engine: Engine): Unary<ListSignsRequest__Output, ListSignsResponse> {
  return async (request) => {
    const page = await listSigns(engine, request.zoneId, toPageRequest(request));
    return { signs: page.items.map(fromSign), nextPageToken: page.nextPageToken };
  };
}

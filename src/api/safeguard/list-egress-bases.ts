import { listEgressBases } from "../../usecases/egress-bases.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { ListEgressBasesRequest__Output } from "../generated/cordon/v1/ListEgressBasesRequest.js";
import type { ListEgressBasesResponse } from "../generated/cordon/v1/ListEgressBasesResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromBasis } from "./egress-basis.js";

export function listEgressBasesRpc(
  engine: Engine,
): Unary<ListEgressBasesRequest__Output, ListEgressBasesResponse> {
  return async (request) => {
    const page = await listEgressBases(engine, request.zoneId || null, toPageRequest(request));
    return { bases: page.items.map(fromBasis), nextPageToken: page.nextPageToken };
  };
}

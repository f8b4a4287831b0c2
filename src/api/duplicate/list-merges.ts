import type { Engine } from "../../usecases/engine.js";
import { listMerges } from "../../usecases/merges.js";
import type { Unary } from "../context.js";
import type { ListMergesRequest__Output } from "../generated/cordon/v1/ListMergesRequest.js";
import type { ListMergesResponse } from "../generated/cordon/v1/ListMergesResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromMerge } from "./merge.js";

export function listMergesRpc(
  engine: Engine,
): Unary<ListMergesRequest__Output, ListMergesResponse> {
  return async (request) => {
    const personId = request.personId === "" ? null : request.personId;
    const page = await listMerges(engine, personId, toPageRequest(request));
    return { merges: page.items.map(fromMerge), nextPageToken: page.nextPageToken };
  };
}

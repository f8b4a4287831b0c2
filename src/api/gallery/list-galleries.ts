import type { Engine } from "../../usecases/engine.js";
import { listGalleries } from "../../usecases/galleries.js";
import type { Unary } from "../context.js";
import type { ListGalleriesRequest__Output } from "../generated/cordon/v1/ListGalleriesRequest.js";
import type { ListGalleriesResponse } from "../generated/cordon/v1/ListGalleriesResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromGallery } from "./gallery.js";

export function listGalleriesRpc(
  engine: Engine,
): Unary<ListGalleriesRequest__Output, ListGalleriesResponse> {
  return async (request) => {
    const page = await listGalleries(engine, toPageRequest(request));
    return { galleries: page.items.map(fromGallery), nextPageToken: page.nextPageToken };
  };
}

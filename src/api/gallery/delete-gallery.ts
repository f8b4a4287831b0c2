import type { Engine } from "../../usecases/engine.js";
import { deleteGallery } from "../../usecases/galleries.js";
import type { Unary } from "../context.js";
import type { DeleteGalleryRequest__Output } from "../generated/cordon/v1/DeleteGalleryRequest.js";
import type { DeleteGalleryResponse } from "../generated/cordon/v1/DeleteGalleryResponse.js";

export function deleteGalleryRpc(
  engine: Engine,
): Unary<DeleteGalleryRequest__Output, DeleteGalleryResponse> {
  return async ({ galleryId }, { caller }) => {
    await deleteGallery(engine, galleryId, caller);
    return {};
  };
}

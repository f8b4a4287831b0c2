import type { Engine } from "../../usecases/engine.js";
import { getGallery } from "../../usecases/galleries.js";
import type { Unary } from "../context.js";
import type { GetGalleryRequest__Output } from "../generated/cordon/v1/GetGalleryRequest.js";
import type { GetGalleryResponse } from "../generated/cordon/v1/GetGalleryResponse.js";
import { fromGallery } from "./gallery.js";

export function getGalleryRpc(
  engine: Engine,
): Unary<GetGalleryRequest__Output, GetGalleryResponse> {
  return async ({ galleryId }) => ({
    gallery: fromGallery(await getGallery(engine, galleryId)),
  });
}

import type { Engine } from "../../usecases/engine.js";
import { revokeGallery } from "../../usecases/galleries.js";
import type { Unary } from "../context.js";
import type { RevokeGalleryRequest__Output } from "../generated/cordon/v1/RevokeGalleryRequest.js";
import type { RevokeGalleryResponse } from "../generated/cordon/v1/RevokeGalleryResponse.js";
import { fromGallery, toAuthorisationKey } from "./gallery.js";

export function revokeGalleryRpc(
  engine: Engine,
): Unary<RevokeGalleryRequest__Output, RevokeGalleryResponse> {
  return async (request, { caller }) => ({
    gallery: fromGallery(await revokeGallery(engine, toAuthorisationKey(engine, request), caller)),
  });
}

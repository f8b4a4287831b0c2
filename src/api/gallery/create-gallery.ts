import type { Engine } from "../../usecases/engine.js";
import { createGallery } from "../../usecases/galleries.js";
import type { Unary } from "../context.js";
import type { CreateGalleryRequest__Output } from "../generated/cordon/v1/CreateGalleryRequest.js";
import type { CreateGalleryResponse } from "../generated/cordon/v1/CreateGalleryResponse.js";
import { fromGallery } from "./gallery.js";

export function createGalleryRpc(
  engine: Engine,
): Unary<CreateGalleryRequest__Output, CreateGalleryResponse> {
  return async (request, { caller }) => ({
    gallery: fromGallery(await createGallery(engine, request, caller)),
  });
}

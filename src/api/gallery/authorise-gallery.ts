import type { Engine } from "../../usecases/engine.js";
import { authoriseGallery } from "../../usecases/galleries.js";
import type { Unary } from "../context.js";
import type { AuthoriseGalleryRequest__Output } from "../generated/cordon/v1/AuthoriseGalleryRequest.js";
import type { AuthoriseGalleryResponse } from "../generated/cordon/v1/AuthoriseGalleryResponse.js";
import { fromGallery, toAuthorisationKey } from "./gallery.js";

export function authoriseGalleryRpc(
  engine: Engine,
): Unary<AuthoriseGalleryRequest__Output, AuthoriseGalleryResponse> {
  return async (request, { caller }) => ({
    gallery: fromGallery(
      await authoriseGallery(engine, toAuthorisationKey(engine, request), caller),
    ),
  });
}

import type { Engine } from "../../usecases/engine.js";
import type { GalleryView } from "../../usecases/galleries.js";
import type { Gallery } from "../generated/cordon/v1/Gallery.js";
import { fromPurpose, toTimestamp } from "../mapping.js";
import { purposeFor } from "../purpose.js";

export function fromGallery({ gallery, stats, authorisations }: GalleryView): Gallery {
  return {
    galleryId: gallery.galleryId,
    displayName: gallery.displayName,
    createTime: toTimestamp(gallery.createdAtMs),
    personCount: stats.persons,
    templateCount: stats.templates,
    indexDriver: stats.driver,
    authorisations: authorisations.map(({ zoneId, purpose, authorisedAtMs }) => ({
      zoneId,
      purpose: fromPurpose(purpose),
      authoriseTime: toTimestamp(authorisedAtMs),
    })),
  };
}

export function toAuthorisationKey(
  engine: Pick<Engine, "facts">,
  request: { readonly galleryId: string; readonly zoneId: string; readonly purpose: string },
) {
  const { galleryId, zoneId } = request;
  return { galleryId, zoneId, purpose: purposeFor(engine, request) };
}

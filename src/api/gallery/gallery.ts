import type { Engine } from "../../usecases/engine.js";
import type { GalleryView } from "../../usecases/galleries.js";
import type { Gallery } from "../generated/cordon/v1/Gallery.js";
import { fromPurpose, toPurpose, toTimestamp } from "../mapping.js";

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

/** Of the zone's own purpose, where the request names none: queries have that, too. */
export function toAuthorisationKey(
  { facts }: Pick<Engine, "facts">,
  request: { readonly galleryId: string; readonly zoneId: string; readonly purpose: string },
) {
  const { galleryId, zoneId } = request;
  const isOwn = request.purpose === "PURPOSE_UNSPECIFIED";
  const own = isOwn ? facts.zone(zoneId)?.zone.purpose : undefined;
  return { galleryId, zoneId, purpose: own ?? toPurpose(request.purpose, "purpose") };
}

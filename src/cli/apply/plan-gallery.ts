import type { Gallery__Output } from "../../api/generated/cordon/v1/Gallery.js";
import {
  type AuthorisationDocument,
  authorisationRequest,
  type GalleryDocument,
} from "../documents/gallery.js";
import { changesOf } from "./change.js";
import { blocked, createOrUpdate, Phase, type Planner } from "./plan.js";

export const planGallery: Planner<GalleryDocument> = async (document, current) => {
  const { gallery_id: galleryId, display_name } = document;
  const found = await current.gallery(galleryId);
  const changes = changesOf(found && { display_name: found.displayName }, { display_name });
  if (found !== null && changes.length > 0) {
    return blocked("a gallery keeps the name that it was made with", changes);
  }
  const displayName = display_name ?? galleryId;
  return createOrUpdate(found !== null, changes, {
    phase: Phase.gallery,
    run: (client) => client.gallery.createGallery({ galleryId, displayName }),
  });
};

export const planAuthorisation: Planner<AuthorisationDocument> = async (document, current) => {
  const { zone_id, purpose } = document;
  const gallery = await current.gallery(document.gallery_id);
  return createOrUpdate(isAuthorised(gallery, zone_id, purpose), [], {
    phase: Phase.authorisation,
    run: (client) => client.gallery.authoriseGallery(authorisationRequest(document)),
  });
};

function isAuthorised(gallery: Gallery__Output | null, zone: string, purpose: string): boolean {
  const granted = gallery?.authorisations ?? [];
  return granted.some((one) => one.zoneId === zone && one.purpose === `PURPOSE_${purpose}`);
}

import type { Gallery__Output } from "../../api/generated/cordon/v1/Gallery.js";
import { DISPLAY_NAME_LENGTH_MAX } from "../../compliance/checks.js";
import {
  type AuthorisationDocument,
  authorisationRequest,
  type GalleryDocument,
} from "../documents/gallery.js";
import { changesOf } from "./change.js";
import {
  blocked,
  createOrUpdate,
  judged,
  noGallery,
  noZone,
  Phase,
  type Planner,
  requires,
} from "./plan.js";

export const planGallery: Planner<GalleryDocument> = async (document, current) => {
  const { gallery_id: galleryId, display_name } = document;
  const found = await current.gallery(galleryId);
  const changes = changesOf(found && { display_name: found.displayName }, { display_name });
  if (found !== null && changes.length > 0) {
    return blocked("a gallery keeps the name that it was made with", changes);
  }
  const displayName = display_name ?? galleryId;
  const outcome = createOrUpdate(found !== null, changes, {
    phase: Phase.gallery,
    name: "create",
    run: (client) => client.gallery.createGallery({ galleryId, displayName }),
  });
  const fits = displayName.length <= DISPLAY_NAME_LENGTH_MAX;
  const limit = `must be at most ${DISPLAY_NAME_LENGTH_MAX} characters`;
  return judged(outcome, requires(fits, "display_name", limit));
};

export const planAuthorisation: Planner<AuthorisationDocument> = async (
  document,
  current,
  expected,
) => {
  const { gallery_id, zone_id, purpose } = document;
  const gallery = await current.gallery(gallery_id);
  const outcome = createOrUpdate(isAuthorised(gallery, zone_id, purpose), [], {
    phase: Phase.authorisation,
    name: "authorise",
    run: (client) => client.gallery.authoriseGallery(authorisationRequest(document)),
  });
  return judged(
    outcome,
    requires(await expected.isGallery(gallery_id), "gallery_id", noGallery),
    requires(await expected.isZone(zone_id), "zone_id", noZone),
  );
};

function isAuthorised(gallery: Gallery__Output | null, zone: string, purpose: string): boolean {
  const granted = gallery?.authorisations ?? [];
  return granted.some((one) => one.zoneId === zone && one.purpose === `PURPOSE_${purpose}`);
}

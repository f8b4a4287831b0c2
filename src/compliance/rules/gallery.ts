import { broken, kept, subjectOf } from "../violation.js";
import type { GalleryQuery, Rule } from "./rule.js";

const article = "Art. 19(6)";

/** The gallery is the specific range that this zone may search for this purpose. */
export const galleryAuthorised: Rule<GalleryQuery> = {
  reasons: ["GALLERY_NOT_AUTHORISED"],
  article,
  check(facts, { galleryId, zoneId, purpose }) {
    const subject = subjectOf("gallery", galleryId);
    const what = { reason: "GALLERY_NOT_AUTHORISED", article, subject } as const;
    if (facts.isAuthorised(galleryId, zoneId, purpose)) {
      const description = "The gallery is authorised for this zone and purpose.";
      return [kept({ ...what, description }, [subject])];
    }
    const description = "The gallery is not authorised for this zone and purpose.";
    const remedy = "Authorise it if the zone needs it (GalleryService.AuthoriseGallery).";
    return [broken({ ...what, description, remedy })];
  },
};

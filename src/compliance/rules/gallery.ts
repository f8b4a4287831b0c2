import { satisfied, subjectOf } from "../violation.js";
import type { IdentifyQuery, Rule } from "./rule.js";

const article = "Art. 19(6)";

/** The gallery is the specific range that this zone may search for this purpose. */
export const galleryAuthorised: Rule<IdentifyQuery> = {
  reasons: ["GALLERY_NOT_AUTHORISED"],
  article,
  check(facts, { galleryId, zoneId, purpose }) {
    if (facts.isAuthorised(galleryId, zoneId, purpose)) return satisfied;
    return [
      {
        reason: "GALLERY_NOT_AUTHORISED",
        article,
        subject: subjectOf("gallery", galleryId),
        description: "The gallery is not authorised for this zone and purpose.",
        remedy: "Authorise it if the zone needs it (GalleryService.AuthoriseGallery).",
      },
    ];
  },
};

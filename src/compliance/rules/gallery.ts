import { purposes } from "../../store/records.js";
import { broken, kept, subjectOf } from "../violation.js";
import type { GalleryQuery, Rule } from "./rule.js";

const article = "Art. 19(6)";
const reason = "GALLERY_NOT_AUTHORISED";

/** The gallery is the specific range that this zone may search for this purpose. */
export const galleryAuthorised: Rule<GalleryQuery> = {
  reasons: [reason],
  article,
  check(facts, { galleryId, zoneId, purpose }) {
    const subject = subjectOf("gallery", galleryId);
    if (facts.isAuthorised(galleryId, zoneId, purpose)) {
      const description = "The gallery is authorised for this zone and purpose.";
      return [kept({ reason, article, subject, description }, [subject])];
    }
    const other = purposes.find((one) => facts.isAuthorised(galleryId, zoneId, one));
    const description =
      other === undefined
        ? "The gallery is not authorised for this zone and purpose."
        : `The gallery is authorised for this zone, but for ${other}, and the query is for ${purpose}.`;
    const remedy = "Authorise it if the zone needs it (GalleryService.AuthoriseGallery).";
    return [broken({ reason, article, subject, description, remedy })];
  },
};

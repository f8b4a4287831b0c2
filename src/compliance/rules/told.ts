import type { Notice } from "../../store/gate-records.js";
import { type Purpose, purposes } from "../../store/records.js";
import type { Facts, ZoneProfile } from "../facts.js";
import { broken, type Finding, kept, nothing, subjectOf } from "../violation.js";
import { remedyCall } from "./enrolment.js";
import { isInForce, noticeSubject, tellsTruth } from "./notice.js";
import type { Enrolment, Rule } from "./rule.js";

/** Zones that a remedy names at most. */
const ZONES_SHOWN_MAX = 3;

/**
 * Each gallery that a person consents to be in is searched by a zone for the purpose of the
 * enrolment. Before there is one, nobody can have been told of it. What a law permits needs no
 * telling, so such a person may be enrolled before.
 */
export const consentHasZone: Rule<Enrolment> = {
  reasons: ["GALLERY_NOT_AUTHORISED"],
  article: "Art. 19(6)",
  check(facts, { lawfulBasis, galleryIds, purpose }) {
    if (lawfulBasis?.kind !== "consent") return nothing;
    return galleryIds.map((galleryId) => {
      const what = {
        reason: "GALLERY_NOT_AUTHORISED",
        article: "Art. 19(6)",
        subject: subjectOf("gallery", galleryId),
      } as const;
      if (zonesFor(facts, galleryId, purpose).length > 0) {
        return kept({ ...what, description: "A zone may search the gallery for this purpose." });
      }
      const other = purposes.find((own) => zonesFor(facts, galleryId, own).length > 0);
      return broken({
        ...what,
        description:
          "No zone may search the gallery for this purpose yet, so no notice tells of one, and " +
          "nobody can have consented to it.",
        remedy:
          other === undefined
            ? "First authorise it for the zone that needs it (GalleryService.AuthoriseGallery); " +
              "then obtain consent to the notice of that zone."
            : `Name the purpose for which one may, ${other} ${remedyCall}, or authorise it for ` +
              "this one (GalleryService.AuthoriseGallery).",
      });
    });
  },
};

/**
 * For each gallery that a person consents to be in, the notice tells of a zone that searches it
 * for the purpose of the enrolment, and tells the truth about that zone. Judged by the newest
 * version; which one the consent names is another rule's.
 */
export const consentCoversGalleries: Rule<Enrolment> = {
  reasons: ["CONSENT_NOTICE_OUTDATED"],
  article: "Art. 6",
  check(facts, { lawfulBasis, galleryIds, purpose }, nowMs) {
    if (lawfulBasis?.kind !== "consent") return nothing;
    const notice = facts.notice(lawfulBasis.noticeId);
    if (notice === undefined || !isInForce(notice, nowMs)) return nothing;
    return galleryIds.flatMap((galleryId) => {
      const zones = zonesFor(facts, galleryId, purpose);
      return zones.length === 0 ? nothing : [coverage(facts, notice, galleryId, zones)];
    });
  },
};

/** Zones that may search a gallery for a purpose, now or once they are active. */
function zonesFor(facts: Facts, galleryId: string, purpose: Purpose): readonly ZoneProfile[] {
  return facts
    .zonesSearching(galleryId, purpose)
    .filter((zone) => zone.state !== "CLOSED" && zone.purpose === purpose);
}

function coverage(
  facts: Facts,
  notice: Notice,
  galleryId: string,
  zones: readonly ZoneProfile[],
): Finding {
  const subject = subjectOf("gallery", galleryId);
  const what = { reason: "CONSENT_NOTICE_OUTDATED", article: "Art. 6", subject } as const;
  const records = [noticeSubject(notice.noticeId, notice.version)];
  const told = zones.filter(({ zoneId }) => notice.zoneIds.includes(zoneId));
  const truly = told.find(({ zoneId }) => {
    const fact = facts.zone(zoneId);
    return fact !== undefined && tellsTruth(notice, fact);
  });
  if (truly !== undefined) {
    const description = "The notice tells of a zone that searches the gallery.";
    return kept({ ...what, description }, [...records, subjectOf("zone", truly.zoneId)]);
  }
  if (told.length > 0) {
    const description =
      `The notice tells of ${named(told)}, which may search the gallery, but what it tells has ` +
      "changed since it was published.";
    const remedy =
      "Publish a version that tells what has changed (NoticeService.PublishNotice), obtain " +
      `consent to it, and name that ${remedyCall}.`;
    return broken({ ...what, description, remedy }, records);
  }
  const description = "The consent was given to a notice that tells of no zone that may search it.";
  const remedy = `Show the notice of one (${named(zones)}), obtain consent, and name it ${remedyCall}.`;
  return broken({ ...what, description, remedy }, records);
}

/** `zone/plaza, zone/station and 2 more` */
function named(zones: readonly ZoneProfile[]): string {
  const shown = zones.slice(0, ZONES_SHOWN_MAX).map(({ zoneId }) => subjectOf("zone", zoneId));
  const more = zones.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

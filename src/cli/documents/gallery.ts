import { z } from "zod";
import type { Purpose } from "../../api/generated/cordon/v1/Purpose.js";
import { purposes } from "../words.js";
import { id, oneOf, text } from "./fields.js";

/** `kind: Gallery`: a specific range of enrolled people. */
export const gallerySchema = () =>
  z.strictObject({
    kind: z.literal("Gallery"),
    gallery_id: id,
    display_name: text.optional(),
  });

export type GalleryDocument = z.output<ReturnType<typeof gallerySchema>>;

/** `kind: GalleryAuthorisation`: lets a zone search a gallery for a purpose. */
export const authorisationSchema = () =>
  z.strictObject({
    kind: z.literal("GalleryAuthorisation"),
    gallery_id: id,
    zone_id: id,
    purpose: oneOf(purposes).default("PUBLIC_SAFETY"),
  });

export type AuthorisationDocument = z.output<ReturnType<typeof authorisationSchema>>;

export function authorisationRequest(document: AuthorisationDocument) {
  const { gallery_id: galleryId, zone_id: zoneId, purpose } = document;
  return { galleryId, zoneId, purpose: `PURPOSE_${purpose}` as Purpose };
}

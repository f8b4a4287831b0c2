import type { GalleryAuthorisation, Purpose } from "../store/records.js";
import { inner } from "./inner.js";

/** Which galleries may be searched in which zones, and for what. */
export interface Authorisations {
  has(galleryId: string, zoneId: string, purpose: Purpose): boolean;
  /** Galleries that the zone may search for the purpose. Walks every gallery. */
  galleryIds(zoneId: string, purpose: Purpose): readonly string[];
  /** Zones that may search the gallery for the purpose. */
  zoneIds(galleryId: string, purpose: Purpose): readonly string[];
  put(authorisation: GalleryAuthorisation): void;
  delete(galleryId: string, zoneId: string, purpose: Purpose): void;
  /** Returns the zones that the gallery was authorised for. */
  deleteGallery(galleryId: string): readonly string[];
  count(): number;
}

/** Kept as gallery -> zone -> purposes: no key is put together on a look-up. */
export function createAuthorisations(): Authorisations {
  const galleries = new Map<string, Map<string, Set<Purpose>>>();
  let count = 0;
  const has = (galleryId: string, zoneId: string, purpose: Purpose): boolean =>
    galleries.get(galleryId)?.get(zoneId)?.has(purpose) === true;
  return {
    has,
    galleryIds: (zoneId, purpose) =>
      [...galleries.keys()].filter((galleryId) => has(galleryId, zoneId, purpose)),
    zoneIds: (galleryId, purpose) =>
      [...(galleries.get(galleryId) ?? [])]
        .filter(([, purposes]) => purposes.has(purpose))
        .map(([zoneId]) => zoneId),
    put({ galleryId, zoneId, purpose }) {
      const zones = inner(galleries, galleryId);
      const purposes = zones.get(zoneId) ?? new Set<Purpose>();
      if (!purposes.has(purpose)) count += 1;
      zones.set(zoneId, purposes.add(purpose));
    },
    delete(galleryId, zoneId, purpose) {
      if (galleries.get(galleryId)?.get(zoneId)?.delete(purpose) === true) count -= 1;
    },
    deleteGallery(galleryId) {
      const zones = galleries.get(galleryId) ?? new Map<string, Set<Purpose>>();
      for (const purposes of zones.values()) count -= purposes.size;
      galleries.delete(galleryId);
      return [...zones.keys()];
    },
    count: () => count,
  };
}

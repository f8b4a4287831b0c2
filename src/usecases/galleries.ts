import type { Caller } from "../access/access.js";
import { CordonError, invalidField, notFound } from "../base/errors.js";
import { isSlug } from "../base/ids.js";
import type { GalleryStats } from "../index/port.js";
import type { Gallery, GalleryAuthorisation, Purpose } from "../store/records.js";
import type { Page, PageRequest } from "../store/store.js";
import { beginChange } from "./begin-change.js";
import type { Engine } from "./engine.js";

/** A gallery with what the index and the gate say of it. */
export interface GalleryView {
  readonly gallery: Gallery;
  readonly stats: GalleryStats;
  readonly authorisations: readonly GalleryAuthorisation[];
}

const DISPLAY_NAME_CHARACTERS_MAX = 200;
export const GALLERIES_MAX = 10_000;

async function view(engine: Engine, gallery: Gallery): Promise<GalleryView> {
  return viewOf(engine, gallery, await engine.store.listAuthorisations());
}

/** @param all the authorisations of every gallery */
function viewOf(
  engine: Engine,
  gallery: Gallery,
  all: readonly GalleryAuthorisation[],
): GalleryView {
  const { galleryId } = gallery;
  const authorisations = all.filter((authorisation) => authorisation.galleryId === galleryId);
  const stats = engine.index.stats(galleryId) ?? noStats;
  return { gallery, stats, authorisations };
}

/** Of a gallery whose worker was lost and is being filled again. */
const noStats: GalleryStats = { persons: 0, templates: 0, driver: "exact" };

export function createGallery(
  engine: Engine,
  input: { readonly galleryId: string; readonly displayName: string },
  caller: Caller,
): Promise<GalleryView> {
  const { galleryId, displayName } = input;
  if (!isSlug(galleryId)) {
    throw invalidField("gallery_id", "must be 1 to 63 of a-z, 0-9 and hyphens, a letter first");
  }
  if (displayName.length > DISPLAY_NAME_CHARACTERS_MAX) {
    throw invalidField("display_name", `at most ${DISPLAY_NAME_CHARACTERS_MAX} characters`);
  }
  return engine.exclusive(async () => {
    if ((await engine.store.countGalleries()) >= GALLERIES_MAX) {
      throw new CordonError({
        status: "RESOURCE_EXHAUSTED",
        reason: "CAPACITY_EXCEEDED",
        message: `There are ${GALLERIES_MAX} galleries, which is the limit. Delete one first.`,
      });
    }
    const gallery = { galleryId, displayName, createdAtMs: engine.clock.nowMs() };
    const change = beginChange(engine, caller, "gallery.create", { galleryId });
    if (!(await change.store.insertGallery(gallery))) {
      throw new CordonError({
        status: "ALREADY_EXISTS",
        reason: "ALREADY_EXISTS",
        message: `There is a gallery "${galleryId}" already. Choose another id.`,
      });
    }
    await engine.index.createGallery(galleryId);
    await change.record();
    return view(engine, gallery);
  });
}

export async function getGallery(engine: Engine, galleryId: string): Promise<GalleryView> {
  const gallery = await engine.store.getGallery(galleryId);
  if (gallery === null) throw notFound("gallery", galleryId);
  return view(engine, gallery);
}

export async function listGalleries(engine: Engine, page: PageRequest): Promise<Page<GalleryView>> {
  const { items, nextPageToken } = await engine.store.listGalleries(page);
  const all = await engine.store.listAuthorisations();
  return { items: items.map((gallery) => viewOf(engine, gallery, all)), nextPageToken };
}

export function deleteGallery(engine: Engine, galleryId: string, caller: Caller): Promise<void> {
  return engine.exclusive(async () => {
    const change = beginChange(engine, caller, "gallery.delete", { galleryId });
    const outcome = await change.store.deleteGallery(galleryId);
    if (outcome === "absent") throw notFound("gallery", galleryId);
    if (outcome === "not-empty") {
      throw new CordonError({
        status: "FAILED_PRECONDITION",
        reason: "GALLERY_NOT_EMPTY",
        message: `Persons are enrolled in "${galleryId}". Erase them before you delete it.`,
      });
    }
    engine.facts.deleteGallery(galleryId);
    await engine.index.dropGallery(galleryId);
    await change.record();
  });
}

export interface AuthorisationKey {
  readonly galleryId: string;
  readonly zoneId: string;
  readonly purpose: Purpose;
}

export function authoriseGallery(
  engine: Engine,
  key: AuthorisationKey,
  caller: Caller,
): Promise<GalleryView> {
  return engine.exclusive(async () => {
    const gallery = await engine.store.getGallery(key.galleryId);
    if (gallery === null) throw notFound("gallery", key.galleryId);
    if ((await engine.store.getZone(key.zoneId)) === null) throw notFound("zone", key.zoneId);
    if (!engine.facts.isAuthorised(key.galleryId, key.zoneId, key.purpose)) {
      const authorisation = { ...key, authorisedAtMs: engine.clock.nowMs() };
      const change = beginChange(engine, caller, "gallery.authorise", { ...key });
      await change.store.putAuthorisation(authorisation);
      engine.facts.putAuthorisation(authorisation);
      await change.record();
    }
    return view(engine, gallery);
  });
}

export function revokeGallery(
  engine: Engine,
  key: AuthorisationKey,
  caller: Caller,
): Promise<GalleryView> {
  return engine.exclusive(async () => {
    const { galleryId, zoneId, purpose } = key;
    const gallery = await engine.store.getGallery(galleryId);
    if (gallery === null) throw notFound("gallery", galleryId);
    const change = beginChange(engine, caller, "gallery.revoke", { ...key });
    if (await change.store.deleteAuthorisation(galleryId, zoneId, purpose)) {
      engine.facts.deleteAuthorisation(galleryId, zoneId, purpose);
      await change.record();
    }
    return view(engine, gallery);
  });
}

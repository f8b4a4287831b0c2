import { notFound } from "../base/errors.js";
import type { PersonDetails, PersonRow } from "../store/person-records.js";
import type { Page, PageRequest } from "../store/store.js";
import type { Engine } from "./engine.js";
import { openPersonDetails } from "./person-details.js";
import { keptParts, ownRow } from "./roster/who.js";

/** A person as shown to those who may see one: opened details, no template. */
export interface PersonView {
  /** The person's own row, or what will be it; its galleries are those of all parts. */
  readonly row: PersonRow;
  readonly details: PersonDetails;
  /** Of all parts. */
  readonly templateCount: number;
  /** Enrolments that were found to be of this person. */
  readonly mergedPersonIds: readonly string[];
}

/**
 * By the id of any enrolment of theirs. What is past its retention deadline is not shown any more,
 * whether or not the sweeper came by: the answer is the same before it and after.
 * @throws CordonError NOT_FOUND, also for somebody who is due to be erased
 */
export async function getPerson(engine: Engine, personId: string): Promise<PersonView> {
  const own = await ownRow(engine, personId);
  const shown = own === null ? null : await view(engine, own);
  if (shown === null) throw notFound("person", personId);
  return shown;
}

/** A page may have fewer than were asked for: whoever is due to be erased is left out. */
export async function listPersons(
  engine: Engine,
  galleryId: string | null,
  page: PageRequest,
): Promise<Page<PersonView>> {
  if (galleryId !== null && (await engine.store.getGallery(galleryId)) === null) {
    throw notFound("gallery", galleryId);
  }
  const rows = await engine.store.listPersons(galleryId, page);
  const views = await Promise.all(rows.items.map((row) => view(engine, row)));
  const items = views.filter((one) => one !== null).filter(isIn(galleryId));
  return { items, nextPageToken: rows.nextPageToken };
}

/** The enrolment by which a person was in the gallery may be due while another is not. */
function isIn(galleryId: string | null): (one: PersonView) => boolean {
  return ({ row }) => galleryId === null || row.galleryIds.includes(galleryId);
}

/** Null when nothing of the person is within its deadline. */
async function view(engine: Engine, own: PersonRow): Promise<PersonView | null> {
  const [first, ...merged] = await keptParts(engine, own);
  if (first === undefined) return null;
  const mergedPersonIds = merged.map(({ personId }) => personId);
  const counts = await engine.store.countTemplates([first.personId, ...mergedPersonIds]);
  const templateCount = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const galleryIds = [...new Set([first, ...merged].flatMap((row) => row.galleryIds))].sort();
  const details = openPersonDetails(engine.vault, first);
  return { row: { ...first, galleryIds }, details, templateCount, mergedPersonIds };
}

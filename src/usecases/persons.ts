import { notFound } from "../base/errors.js";
import type { PersonDetails, PersonRow } from "../store/records.js";
import type { Page, PageRequest } from "../store/store.js";
import type { Engine } from "./engine.js";
import { openPersonDetails } from "./person-details.js";
import { ownRow } from "./roster/who.js";

/** A person as shown to those who may see one: opened details, no template. */
export interface PersonView {
  /** The person's own row; its galleries are those of all parts. */
  readonly row: PersonRow;
  readonly details: PersonDetails;
  /** Of all parts. */
  readonly templateCount: number;
  /** Enrolments that were found to be of this person. */
  readonly mergedPersonIds: readonly string[];
}

/** By the id of any enrolment of theirs. @throws CordonError NOT_FOUND */
export async function getPerson(engine: Engine, personId: string): Promise<PersonView> {
  const row = await ownRow(engine, personId);
  if (row === null) throw notFound("person", personId);
  return view(engine, row);
}

export async function listPersons(
  engine: Engine,
  galleryId: string | null,
  page: PageRequest,
): Promise<Page<PersonView>> {
  if (galleryId !== null && (await engine.store.getGallery(galleryId)) === null) {
    throw notFound("gallery", galleryId);
  }
  const rows = await engine.store.listPersons(galleryId, page);
  const items = await Promise.all(rows.items.map((row) => view(engine, row)));
  return { items, nextPageToken: rows.nextPageToken };
}

async function view(engine: Engine, own: PersonRow): Promise<PersonView> {
  const [, ...merged] = await engine.store.listParts(own.personId);
  const mergedPersonIds = merged.map(({ personId }) => personId);
  const counts = await engine.store.countTemplates([own.personId, ...mergedPersonIds]);
  const templateCount = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const galleryIds = [...new Set([own, ...merged].flatMap((row) => row.galleryIds))].sort();
  const details = openPersonDetails(engine.vault, own);
  return { row: { ...own, galleryIds }, details, templateCount, mergedPersonIds };
}

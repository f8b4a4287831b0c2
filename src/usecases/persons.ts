import type { Caller } from "../access/access.js";
import { notFound } from "../base/errors.js";
import type { PersonDetails, PersonRow } from "../store/records.js";
import type { Page, PageRequest } from "../store/store.js";
import { actorOf, type Engine } from "./engine.js";
import { openPersonDetails } from "./person-details.js";

/** A person as shown to those who may see one: opened details, no template. */
export interface PersonView {
  readonly row: PersonRow;
  readonly details: PersonDetails;
  readonly templateCount: number;
}

async function view(engine: Engine, row: PersonRow): Promise<PersonView> {
  const templates = await engine.store.listTemplatesOf(row.personId);
  return {
    row,
    details: openPersonDetails(engine.vault, row),
    templateCount: templates.length,
  };
}

export async function getPerson(engine: Engine, personId: string): Promise<PersonView> {
  const row = await engine.store.getPerson(personId);
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
  const items: PersonView[] = [];
  for (const row of rows.items) items.push(await view(engine, row));
  return { items, nextPageToken: rows.nextPageToken };
}

export interface Erasure {
  readonly templatesErased: number;
  readonly erasedAtMs: number;
}

/**
 * Erases a person everywhere: out of every index first, so that no query finds them any more,
 * then key and rows. Each step may be repeated, so a failed erasure is finished by calling again.
 */
export function erasePerson(engine: Engine, personId: string, caller: Caller): Promise<Erasure> {
  return engine.exclusivePerson(personId, () => erase(engine, personId, caller));
}

async function erase(engine: Engine, personId: string, caller: Caller): Promise<Erasure> {
  const row = await engine.store.getPerson(personId);
  if (row === null) throw notFound("person", personId);
  for (const galleryId of row.galleryIds) await engine.index.removePerson(galleryId, personId);
  const deleted = await engine.store.deletePerson(personId);
  if (deleted === null) throw notFound("person", personId);
  engine.metrics.persons.dec();
  const erasedAtMs = engine.clock.nowMs();
  const details = { personId, templates: deleted.templatesDeleted };
  await engine.audit.append({ act: "erase", actor: actorOf(caller), details });
  return { templatesErased: deleted.templatesDeleted, erasedAtMs };
}

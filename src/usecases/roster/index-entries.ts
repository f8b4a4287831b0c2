import { type IndexEntry, rosterId } from "../../index/port.js";
import type { PersonRow } from "../../store/person-records.js";
import { openTemplate } from "../../vault/sealed-template.js";
import type { Engine } from "../engine.js";
import { keepInStep } from "./keep-in-step.js";
import type { Sealed } from "./seal.js";
import { headOf } from "./who.js";

/** Adds what was just stored to the roster and to its galleries. */
export async function addToIndex(engine: Engine, kept: readonly Sealed[]): Promise<void> {
  const byGallery = new Map<string, IndexEntry[]>();
  for (const { row, faces } of kept) {
    const { person } = row;
    const personId = headOf(person);
    const entries = faces.map(({ templateId, face }) => {
      return { templateId, personId, vector: face.embedding };
    });
    for (const galleryId of [rosterId, ...person.galleryIds]) {
      const list = byGallery.get(galleryId) ?? [];
      list.push(...entries);
      byGallery.set(galleryId, list);
    }
  }
  const adding = [...byGallery].map(([galleryId, entries]) => {
    return engine.index.add(galleryId, entries, { neverMoved: true });
  });
  await Promise.all(adding);
}

/**
 * Puts the templates of some rows into the index anew, as `personId`'s, after the store was changed
 * so: after a merge, for one. Does not fail: galleries for which it would are filled again.
 */
export async function reindex(
  engine: Engine,
  rows: readonly PersonRow[],
  personId: string,
): Promise<void> {
  for (const row of rows) {
    const galleries = [rosterId, ...row.galleryIds];
    let entries: readonly IndexEntry[];
    try {
      entries = await openTemplates(engine, row, personId);
    } catch (err) {
      engine.log.error({ err }, "templates did not open; filling their galleries again");
      for (const galleryId of galleries) engine.index.lose(galleryId);
      continue;
    }
    try {
      for (const galleryId of galleries) {
        await keepInStep(engine, galleryId, () => engine.index.add(galleryId, entries));
      }
    } finally {
      for (const { vector } of entries) vector.fill(0);
    }
  }
}

async function openTemplates(
  engine: Engine,
  row: PersonRow,
  personId: string,
): Promise<readonly IndexEntry[]> {
  const { modelPack } = engine.vision.info;
  const templates = await engine.store.listTemplatesOf(row.personId);
  const key = engine.vault.openPersonKey(row.personId, row.wrappedKey);
  try {
    return templates
      .filter((template) => template.modelPack === modelPack)
      .map((template) => {
        const vector = openTemplate(key, template, template.sealed);
        return { templateId: template.templateId, personId, vector };
      });
  } finally {
    key.destroy();
  }
}

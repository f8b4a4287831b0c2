import type { Gallery } from "./gallery.js";
import { createRows } from "./rows.js";
import { createScanner } from "./scanner.js";

/** A gallery that is searched by comparing the query with every template: recall 1. */
export function createExactGallery(dimension: number): Gallery {
  const rows = createRows(dimension);
  const scanner = createScanner(rows);
  return {
    get templates() {
      return rows.count;
    },
    get persons() {
      return rows.persons;
    },
    add(entries) {
      rows.reserve(entries.templateIds.length);
      for (let i = 0; i < entries.templateIds.length; i += 1) rows.put(entries, i);
    },
    removePerson(personId) {
      const templateIds = rows.templatesOf(personId);
      for (const templateId of templateIds) rows.remove(templateId);
      rows.trim();
      return templateIds.length;
    },
    search(queries, query, k) {
      scanner.begin(queries, query, k);
      scanner.scan(0, rows.count);
      return scanner.finish();
    },
    upkeep: () => false,
    wipe: () => rows.wipe(),
  };
}

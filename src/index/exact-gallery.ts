import type { Gallery } from "./gallery.js";
import { createRows } from "./rows.js";
import { createScanner, searchAll } from "./scanner.js";
import type { Slab } from "./slab.js";

/** A gallery that is searched by comparing the queries with every template: recall 1. */
export function createExactGallery(slab: Slab): Gallery {
  const rows = createRows(slab);
  const scanner = createScanner(rows);

  function remove(templateIds: readonly string[]): number {
    const removed = templateIds.filter((templateId) => rows.remove(templateId) !== null);
    rows.trim();
    return removed.length;
  }

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
    removePerson: (personId) => remove(rows.templatesOf(personId)),
    removeTemplates: remove,
    search: (queries, count, k, atLeast) => searchAll(rows, scanner, queries, count, k, atLeast),
    report: () => ({
      persons: rows.persons,
      templates: rows.count,
      method: "exact",
      why: "exact: asked for",
      ef: null,
      replayed: 0,
      agreed: 0,
      bytes: rows.bytes,
    }),
    upkeep: () => false,
    wipe: () => rows.wipe(),
  };
}

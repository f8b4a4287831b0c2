import { type Coverage, createCoverage } from "./coverage.js";
import type { Gallery } from "./gallery.js";
import type { HnswOptions } from "./options.js";
import { createRows } from "./rows.js";
import { createScanner } from "./scanner.js";

/** Background work per slice: what a search can have to wait for it. */
const upkeepSliceMs = 4;
/** Nearest templates asked for beyond what k persons should need. */
const fetchMargin = 8;
/** Rows not yet in the graph that are scanned beside it; with more, everything is scanned. */
const tailMin = 1_000;

/**
 * The ef that found the true best of at least 0.99 of non-mated probes (the hard ones: their top
 * score sets the threshold) on 160-d face-like vectors with m = 24: 128 at 10,000 templates, 768
 * at 100,000. It has to grow about as the 0.78th power of the size; the margin is a half.
 */
export function efFor(templates: number): number {
  return Math.min(8_192, Math.max(64, Math.ceil(192 * (templates / 10_000) ** 0.78)));
}

/**
 * A gallery searched through an HNSW graph, its answers re-scored exactly from its own vectors.
 *
 * What is added is searchable at once: it is scanned until the graph, which is built in the
 * background in small slices, has it. What is removed is zeroed in the rows and overwritten in
 * the graph before the call returns; when erased slots are too many of the graph, another is
 * built beside it and takes its place. Up to `fullScanThreshold` templates there is no graph.
 */
export function createHnswGallery(dimension: number, options: HnswOptions): Gallery {
  const rows = createRows(dimension);
  const scanner = createScanner(rows);
  const near = new Set<string>();
  const tailMax = Math.max(options.fullScanThreshold, tailMin);
  let serving: Coverage | null = null;
  let building: Coverage | null = null;

  function each(act: (coverage: Coverage) => void): void {
    if (serving !== null) act(serving);
    if (building !== null) act(building);
  }

  function removeTemplate(templateId: string): void {
    const row = rows.rowOf(templateId);
    if (row === undefined) return;
    each((coverage) => coverage.erase(row));
    const move = rows.remove(templateId);
    if (move !== null) each((coverage) => coverage.moved(move));
  }

  /** Scores what the graph finds; false when it cannot say which k persons are the nearest. */
  function searchGraph(graph: Coverage, query: Float32Array, k: number): boolean {
    const covered = graph.cursor;
    const ef = options.ef ?? efFor(covered);
    const perPerson = rows.count / rows.persons;
    let count = Math.ceil(k * perPerson) + fetchMargin;
    while (count <= tailMax || count <= ef) {
      const found = graph.nearest(query, count, ef);
      near.clear();
      for (const row of found) {
        near.add(rows.personAt(row));
        scanner.score(row);
      }
      // Fewer persons, and more templates of the same ones came first: look further.
      if (near.size >= k || found.length >= covered) return true;
      if (found.length < Math.min(count, covered)) return false;
      count *= 4;
    }
    return false;
  }

  function search(queries: Float32Array, query: number, k: number) {
    scanner.begin(queries, query, k);
    const graph = serving;
    const byScan =
      graph === null ||
      rows.count <= options.fullScanThreshold ||
      rows.count - graph.cursor > tailMax;
    const vector = queries.subarray(query * dimension, (query + 1) * dimension);
    if (byScan || !searchGraph(graph, vector, k)) scanner.scan(0, rows.count);
    else scanner.scan(graph.cursor, rows.count);
    return scanner.finish();
  }

  /** Begins, ends or replaces graphs as the size and the erased slots ask for. */
  function plan(): void {
    if (rows.count <= options.fullScanThreshold / 2) {
      each((coverage) => coverage.free());
      serving = null;
      building = null;
      return;
    }
    if (building === null && isWorthBuilding()) building = createCoverage(rows, options);
    if (building !== null && building.cursor === rows.count && rows.count > 0) {
      serving?.free();
      serving = building;
      building = null;
    }
  }

  function isWorthBuilding(): boolean {
    if (serving === null) return rows.count > options.fullScanThreshold;
    return serving.erased > serving.slots * options.erasedFractionMax;
  }

  function upkeep(): boolean {
    const endMs = performance.now() + upkeepSliceMs;
    for (;;) {
      plan();
      const behind = [serving, building].find((one) => one !== null && one.cursor < rows.count);
      if (behind === undefined || behind === null) return false;
      behind.advance();
      if (performance.now() >= endMs) return true;
    }
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
      for (let i = 0; i < entries.templateIds.length; i += 1) {
        const { row, overwritten } = rows.put(entries, i);
        if (overwritten) each((coverage) => coverage.overwrite(row));
      }
    },
    removePerson(personId) {
      const templateIds = rows.templatesOf(personId);
      for (const templateId of templateIds) removeTemplate(templateId);
      rows.trim();
      return templateIds.length;
    },
    search,
    upkeep,
    wipe() {
      each((coverage) => coverage.free());
      serving = null;
      building = null;
      rows.wipe();
    },
  };
}

import { type Coverage, createCoverage } from "./coverage.js";
import type { Gallery } from "./gallery.js";
import type { ShardReport } from "./messages.js";
import type { HnswOptions } from "./options.js";
import type { Candidate } from "./port.js";
import { createRows, type PackedEntries, type Rows } from "./rows.js";
import { createScanner, type Scanner, searchAll } from "./scanner.js";
import type { Slab } from "./slab.js";

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
export function createHnswGallery(slab: Slab, options: HnswOptions): Gallery {
  return new HnswGallery(slab, options);
}

class HnswGallery implements Gallery {
  readonly #options: HnswOptions;
  readonly #rows: Rows;
  readonly #scanner: Scanner;
  readonly #tailMax: number;
  /** Persons found by one look into the graph. */
  readonly #near = new Set<string>();
  #serving: Coverage | null = null;
  #building: Coverage | null = null;

  constructor(slab: Slab, options: HnswOptions) {
    this.#options = options;
    this.#rows = createRows(slab);
    this.#scanner = createScanner(this.#rows);
    this.#tailMax = Math.max(options.fullScanThreshold, tailMin);
  }

  get templates(): number {
    return this.#rows.count;
  }

  get persons(): number {
    return this.#rows.persons;
  }

  add(entries: PackedEntries): void {
    this.#rows.reserve(entries.templateIds.length);
    for (let i = 0; i < entries.templateIds.length; i += 1) {
      const { row, overwritten } = this.#rows.put(entries, i);
      if (overwritten) this.#each((coverage) => coverage.overwrite(row));
    }
  }

  removePerson(personId: string): number {
    return this.removeTemplates(this.#rows.templatesOf(personId));
  }

  removeTemplates(templateIds: readonly string[]): number {
    const removed = templateIds.filter((templateId) => this.#removeTemplate(templateId));
    this.#rows.trim();
    return removed.length;
  }

  search(queries: Float32Array, count: number, k: number, atLeast?: number): Candidate[][] {
    const rows = this.#rows;
    const scanner = this.#scanner;
    const graph = this.#graphToSearch();
    if (graph === null) return searchAll(rows, scanner, queries, count, k, atLeast);
    return Array.from({ length: count }, (_, i) => {
      scanner.begin(queries, i, 1, k, atLeast);
      const vector = queries.subarray(i * rows.dimension, (i + 1) * rows.dimension);
      scanner.scan(this.#searchGraph(graph, vector, k) ? graph.cursor : 0, rows.count);
      return scanner.finish()[0] ?? [];
    });
  }

  report(): Omit<ShardReport, "galleryId"> {
    const graph = this.#graphToSearch();
    return {
      persons: this.persons,
      templates: this.templates,
      method: graph === null ? "exact" : "hnsw",
      why: graph === null ? "exact: small, or its graph is being built" : "hnsw: asked for",
      ef: graph === null ? null : (this.#options.ef ?? efFor(graph.cursor)),
      replayed: 0,
      agreed: 0,
      bytes: this.#rows.bytes,
    };
  }

  upkeep(): boolean {
    const endMs = performance.now() + upkeepSliceMs;
    for (;;) {
      this.#plan();
      const behind = this.#behind(this.#serving) ?? this.#behind(this.#building);
      if (behind === null) return false;
      behind.advance();
      if (performance.now() >= endMs) return true;
    }
  }

  wipe(): void {
    this.#freeGraphs();
    this.#rows.wipe();
  }

  #each(act: (coverage: Coverage) => void): void {
    if (this.#serving !== null) act(this.#serving);
    if (this.#building !== null) act(this.#building);
  }

  /** False when it is not there. */
  #removeTemplate(templateId: string): boolean {
    const row = this.#rows.rowOf(templateId);
    if (row === undefined) return false;
    this.#each((coverage) => coverage.erase(row));
    const move = this.#rows.remove(templateId);
    if (move !== null) this.#each((coverage) => coverage.moved(move));
    return true;
  }

  /** Null when a scan of everything is the better way. */
  #graphToSearch(): Coverage | null {
    const { count } = this.#rows;
    if (this.#serving === null || count <= this.#options.fullScanThreshold) return null;
    return count - this.#serving.cursor <= this.#tailMax ? this.#serving : null;
  }

  /** Scores what the graph finds; false when it cannot say which k persons are the nearest. */
  #searchGraph(graph: Coverage, query: Float32Array, k: number): boolean {
    const rows = this.#rows;
    const covered = graph.cursor;
    const ef = this.#options.ef ?? efFor(covered);
    const fetchMax = Math.max(this.#tailMax, ef);
    let count = Math.ceil((k * rows.count) / rows.persons) + fetchMargin;
    for (; count <= fetchMax; count *= 4) {
      const found = graph.nearest(query, count, ef);
      this.#near.clear();
      for (const row of found) {
        this.#near.add(rows.personAt(row));
        this.#scanner.score(0, row);
      }
      if (this.#near.size >= k || found.length >= covered) return true;
      // The graph does not reach as many as there are.
      if (found.length < Math.min(count, covered)) return false;
      // The templates of too few persons came first: look further.
    }
    return false;
  }

  /** Begins, ends or replaces graphs as the size and the erased slots ask for. */
  #plan(): void {
    if (this.#rows.count <= this.#options.fullScanThreshold / 2) {
      this.#freeGraphs();
      return;
    }
    if (this.#building === null && this.#isWorthBuilding()) {
      this.#building = createCoverage(this.#rows, this.#options);
    }
    if (this.#building !== null && this.#behind(this.#building) === null) {
      this.#serving?.free();
      this.#serving = this.#building;
      this.#building = null;
    }
  }

  #isWorthBuilding(): boolean {
    const { fullScanThreshold, erasedFractionMax } = this.#options;
    if (this.#serving === null) return this.#rows.count > fullScanThreshold;
    return this.#serving.erased > this.#serving.slots * erasedFractionMax;
  }

  /** The coverage when it lacks rows, else null. */
  #behind(coverage: Coverage | null): Coverage | null {
    return coverage !== null && coverage.cursor < this.#rows.count ? coverage : null;
  }

  #freeGraphs(): void {
    this.#each((coverage) => coverage.free());
    this.#serving = null;
    this.#building = null;
  }
}

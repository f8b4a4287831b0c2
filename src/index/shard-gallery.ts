import { type Costs, createCosts } from "./costs.js";
import type { Coverage } from "./coverage.js";
import { createEfKeeper, type EfKeeper } from "./ef-keeper.js";
import type { Gallery, GalleryParts } from "./gallery.js";
import type { GraphLibrary } from "./graph.js";
import { createGraphSearcher, type GraphSearcher } from "./graph-search.js";
import { createGraphs, type Graphs } from "./graphs.js";
import { createIdleWork, type IdleWork } from "./idle-work.js";
import type { ShardReport } from "./messages.js";
import type { Meter } from "./meter.js";
import type { HnswOptions } from "./options.js";
import type { Policy } from "./policy.js";
import { policyOf } from "./policy-of.js";
import type { Candidate, IndexDriverName } from "./port.js";
import { createUniform } from "./random.js";
import { createReplays, type Replays } from "./replays.js";
import { createRows, type PackedEntries, type Rows } from "./rows.js";
import { createScanner, type Scanner, searchAll } from "./scanner.js";
import type { Slab } from "./slab.js";
import type { Scanned } from "./true-best.js";

/** Background work per slice: what a search can have to wait for it. */
const upkeepSliceMs = 2;
/** Rows not yet in the graph that are scanned beside it; with more, everything is scanned. */
const tailMin = 1_000;
/** Same seed, same probes: what was measured can be measured again. */
const seed = 1;

/** What galleries of one worker share. */
export interface GalleryTools {
  readonly slab: Slab;
  readonly options: HnswOptions;
  /** Null in a worker that was started without graphs: its galleries are all scanned. */
  readonly library: GraphLibrary | null;
  readonly meter: Meter;
}

/**
 * An empty gallery: rows that are scanned, and where its driver wants one a graph over them, whose
 * answers are scored exactly from the rows.
 *
 * What is added is searchable at once: it is scanned until the graph, which is built in the
 * background in small slices, has it. What is removed is zeroed in the rows and overwritten in
 * the graph before the call returns; when erased slots are too many of the graph, another is
 * built beside it and takes its place. A graph can come and go at any time: the rows are the
 * truth, and searched whenever there is no graph that has all but the newest of them.
 */
export function createGallery(tools: GalleryTools, driver: IndexDriverName): Gallery {
  return createGalleryBy(tools, policyOf(driver, tools.options, tools.library !== null));
}

/** An empty gallery whose graph comes and goes as this policy says. */
export function createGalleryBy(tools: GalleryTools, policy: Policy): Gallery {
  return new ShardGallery(tools, policy);
}

/** One search of several queries. */
interface Asked {
  readonly queries: Float32Array;
  readonly count: number;
  readonly k: number;
  readonly atLeast: number;
}

class ShardGallery implements Gallery {
  readonly #policy: Policy;
  readonly #meter: Meter;
  readonly #rows: Rows;
  readonly #scanner: Scanner;
  readonly #searcher: GraphSearcher;
  readonly #graphs: Graphs | null;
  readonly #efs: EfKeeper;
  readonly #costs: Costs = createCosts();
  readonly #replays: Replays;
  readonly #idleWork: IdleWork;
  readonly #tailMax: number;
  #changes = 0;
  /** Rows that a graph is to have. */
  #wanted = 0;

  constructor({ slab, options, library, meter }: GalleryTools, policy: Policy) {
    const { m, efConstruction, erasedFractionMax, recallTarget } = options;
    this.#policy = policy;
    this.#meter = meter;
    this.#rows = createRows(slab);
    this.#scanner = createScanner(this.#rows);
    this.#tailMax = Math.max(options.fullScanThreshold, tailMin);
    this.#searcher = createGraphSearcher(this.#rows, this.#scanner, this.#tailMax);
    const shape = { m, efConstruction };
    this.#graphs =
      library === null || !policy.usesGraphs
        ? null
        : createGraphs(this.#rows, library, { shape, erasedFractionMax });
    const scanned: Scanned = {
      ...{ rows: this.#rows, scanner: this.#scanner, costs: this.#costs, meter },
    };
    const uniform = createUniform(seed);
    this.#efs = createEfKeeper({
      ...scanned,
      recallTarget,
      efFixed: options.ef,
      uniform,
      bestByGraph: (graph, query, ef, end) =>
        this.#searcher.search({ graph, ef, queries: query, index: 0, k: 1, end })[0]?.score ??
        Number.NEGATIVE_INFINITY,
    });
    const fraction = options.recallSampleFraction;
    this.#replays = createReplays(scanned, { fraction, uniform });
    this.#idleWork = createIdleWork({
      ...{ scanned, uniform, policy, replays: this.#replays, efs: this.#efs },
      graphToMeasure: () => this.#graphToMeasure(),
    });
  }

  get templates(): number {
    return this.#rows.count;
  }

  get persons(): number {
    return this.#rows.persons;
  }

  get hasReplays(): boolean {
    return this.#replays.isWaiting;
  }

  get parts(): GalleryParts {
    return { rows: this.#rows, graphs: this.#graphs, efs: this.#efs, changes: this.#changes };
  }

  add(entries: PackedEntries): void {
    this.#rows.reserve(entries.templateIds.length);
    for (let i = 0; i < entries.templateIds.length; i += 1) {
      const { row, overwritten } = this.#rows.put(entries, i);
      if (!overwritten) continue;
      this.#graphs?.overwrite(row);
      this.#forget(entries.templateIds[i] as string);
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

  search(
    queries: Float32Array,
    count: number,
    k: number,
    atLeast = Number.NEGATIVE_INFINITY,
  ): Candidate[][] {
    const graph = this.#graphToSearch();
    const asked = { queries, count, k, atLeast };
    this.#costs.arrived(count);
    const answers = graph === null ? this.#searchByScan(asked) : this.#searchByGraph(graph, asked);
    // Nothing can be said of the best of those that were not looked for.
    if (atLeast > -1) return answers;
    const method = graph === null ? "exact" : "hnsw";
    for (let index = 0; index < count; index += 1) {
      const score = answers[index]?.[0]?.score ?? Number.NEGATIVE_INFINITY;
      this.#replays.offer({ queries, index, method, score });
    }
    return answers;
  }

  report(): Omit<ShardReport, "galleryId"> {
    const graph = this.#graphToSearch();
    const { replayed, agreed } = this.#replays;
    const built = this.#graphs?.building?.cursor;
    const method = graph === null ? "exact" : "hnsw";
    const isBuilding = graph === null && this.#wanted > 0 && built !== undefined;
    const part = `; its graph has ${built} of ${Math.min(this.#wanted, this.#rows.count)} templates`;
    return {
      persons: this.persons,
      templates: this.templates,
      method,
      why: `${method}: ${this.#policy.why}${isBuilding ? part : ""}`,
      ef: graph === null ? null : this.#efs.efOf(graph),
      replayed,
      agreed,
      bytes: this.#rows.bytes + (this.#graphs?.bytes ?? 0),
    };
  }

  upkeep(isIdle: boolean): boolean {
    const endMs = this.#meter.nowMs() + upkeepSliceMs;
    this.#replays.expire();
    do {
      if (this.#build()) continue;
      if (!isIdle) return this.#idleWork.isDue;
      if (!this.#idleWork.step()) return false;
    } while (this.#meter.nowMs() < endMs);
    return true;
  }

  wipe(): void {
    this.#changes += 1;
    this.#idleWork.stop();
    this.#replays.wipe();
    this.#graphs?.free();
    this.#rows.wipe();
  }

  #searchByScan({ queries, count, k, atLeast }: Asked): Candidate[][] {
    const rows = this.#rows.count;
    let answers: Candidate[][] = [];
    const ms = this.#meter.time({ kind: "scan", rows, queries: count }, () => {
      answers = searchAll(this.#rows, this.#scanner, queries, count, k, atLeast);
    });
    this.#costs.noteScan(rows, count, ms);
    return answers;
  }

  #searchByGraph(graph: Coverage, { queries, count, k, atLeast }: Asked): Candidate[][] {
    const ef = this.#efs.efOf(graph);
    const end = this.#rows.count;
    return Array.from({ length: count }, (_, index) => {
      let answer: Candidate[] = [];
      const ms = this.#meter.time({ kind: "graph", templates: end, ef }, () => {
        answer = this.#searcher.search({ graph, ef, queries, index, k, end, atLeast });
      });
      this.#costs.noteGraph(end, ms);
      return answer;
    });
  }

  /** Null when a scan of everything is the better way. */
  #graphToSearch(): Coverage | null {
    const serving = this.#graphs?.serving ?? null;
    if (serving === null || this.#wanted === 0) return null;
    return this.#rows.count - serving.cursor <= this.#tailMax ? serving : null;
  }

  /** False when it is not there. */
  #removeTemplate(templateId: string): boolean {
    const row = this.#rows.rowOf(templateId);
    if (row === undefined) return false;
    this.#graphs?.erase(row);
    const move = this.#rows.remove(templateId);
    if (move !== null) this.#graphs?.moved(move);
    this.#forget(templateId);
    return true;
  }

  /** Nothing derived from the template's vector may be used, or kept, any more. */
  #forget(templateId: string): void {
    this.#changes += 1;
    this.#efs.forget(templateId);
    this.#replays.changed();
  }

  /** One step of graph building; false when there is none. */
  #build(): boolean {
    if (this.#graphs === null) return false;
    const { templates } = this;
    const facts = { templates, costs: this.#costs, tuning: this.#efs.tuning };
    this.#wanted = this.#policy.wanted(facts);
    return this.#graphs.advance(this.#wanted);
  }

  /** The one that serves, or a sample that is complete. */
  #graphToMeasure(): Coverage | null {
    if (this.#graphs === null || this.#wanted === 0) return null;
    const { serving, building } = this.#graphs;
    if (serving !== null || building === null) return serving;
    return building.cursor >= this.#wanted ? building : null;
  }
}

import { type Coverage, createCoverage } from "./coverage.js";
import type { GraphLibrary } from "./graph.js";
import type { GraphShape } from "./graph-file.js";
import type { RowMove, Rows } from "./rows.js";

/** The graphs of one gallery: the one that serves, and the one that is being built. */
export interface Graphs {
  /** Has every row, or all but the newest; null when there is none. */
  readonly serving: Coverage | null;
  /** A sample, or one that will serve when it has every row. */
  readonly building: Coverage | null;
  readonly library: GraphLibrary;
  readonly shape: GraphShape;
  readonly bytes: number;
  /**
   * Does one step towards a graph over the first `wanted` rows: 0 for no graph, Infinity for one
   * that serves. False when there is nothing to do.
   */
  advance(wanted: number): boolean;
  /** Call after the row's vector was overwritten by another. */
  overwrite(row: number): void;
  /** Call before the rows move. */
  erase(row: number): void;
  /** Call after the rows moved. */
  moved(move: RowMove): void;
  /** Takes a graph over these rows to serve. Call when there is none. */
  restore(coverage: Coverage): void;
  free(): void;
}

export interface GraphsOptions {
  readonly shape: GraphShape;
  /** Fraction of erased slots beyond which another graph is built to take its place. */
  readonly erasedFractionMax: number;
}

export function createGraphs(
  rows: Rows,
  library: GraphLibrary,
  { shape, erasedFractionMax }: GraphsOptions,
): Graphs {
  let serving: Coverage | null = null;
  let building: Coverage | null = null;

  function free(): void {
    serving?.free();
    building?.free();
    serving = null;
    building = null;
  }

  function isWorthBuilding(): boolean {
    if (serving === null) return rows.count > 0;
    return serving.erased > serving.slots * erasedFractionMax;
  }

  /** False when it has all that it is to have. */
  function extend(coverage: Coverage | null, wanted: number): boolean {
    if (coverage === null || coverage.cursor >= Math.min(rows.count, wanted)) return false;
    coverage.advance();
    return true;
  }

  return {
    get serving() {
      return serving;
    },
    get building() {
      return building;
    },
    library,
    shape,
    get bytes() {
      return (serving?.bytes ?? 0) + (building?.bytes ?? 0);
    },
    advance(wanted) {
      if (wanted === 0) {
        free();
        return false;
      }
      if (building === null && isWorthBuilding()) {
        // Room for a quarter more.
        const room = Math.ceil(Math.min(rows.count, wanted) * 1.25);
        building = createCoverage(rows, library.create(rows.dimension, shape, room));
      }
      if (extend(serving, Number.POSITIVE_INFINITY) || extend(building, wanted)) return true;
      if (building !== null && building.cursor >= rows.count && wanted > rows.count) {
        serving?.free();
        serving = building;
        building = null;
      }
      return false;
    },
    overwrite(row) {
      serving?.overwrite(row);
      building?.overwrite(row);
    },
    erase(row) {
      serving?.erase(row);
      building?.erase(row);
    },
    moved(move) {
      serving?.moved(move);
      building?.moved(move);
    },
    restore(coverage) {
      free();
      serving = coverage;
    },
    free,
  };
}

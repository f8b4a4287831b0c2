import { type Coverage, createCoverage } from "./coverage.js";
import type { CreateGraph, GraphShape } from "./graph.js";
import type { RowMove, Rows } from "./rows.js";

/** The graphs of one gallery: the one that serves, and the one that is being built. */
export interface Graphs {
  /** Has every row, or all but the newest; null when there is none. */
  readonly serving: Coverage | null;
  /** A sample, or one that will serve when it has every row. */
  readonly building: Coverage | null;
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
  free(): void;
}

export interface GraphsOptions {
  readonly shape: GraphShape;
  /** Fraction of erased slots beyond which another graph is built to take its place. */
  readonly erasedFractionMax: number;
}

export function createGraphs(
  rows: Rows,
  createGraph: CreateGraph,
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
    get bytes() {
      return (serving?.bytes ?? 0) + (building?.bytes ?? 0);
    },
    advance(wanted) {
      if (wanted === 0) {
        free();
        return false;
      }
      if (building === null && isWorthBuilding()) {
        building = createCoverage(rows, createGraph, shape, Math.min(rows.count, wanted));
      }
      if (extend(serving, wanted) || extend(building, wanted)) return true;
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
    free,
  };
}

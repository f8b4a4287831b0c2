import type { Coverage } from "./coverage.js";
import { type EfTuning, efFor, efScaled, type Tuned, type Tuning, tuneEf } from "./ef-tuning.js";
import type { Task } from "./task.js";

/** Templates up to which an ef need not be measured: `efFor` looks at a good part of them. */
const tunedMin = 1_000;
/** An ef is measured again when the graph has so many times the templates. */
const growthFactor = 1.25;
/** Or when this part of its slots was erased since. */
const erasedFraction = 1 / 8;

/** The ef of a gallery's graphs: measured in idle time, and again when they have changed. */
export interface EfKeeper {
  /** The newest measurement. */
  readonly tuning: Tuning | null;
  /** What to search this graph with. */
  efOf(graph: Coverage): number;
  isDue(graph: Coverage): boolean;
  /** Measures it, and keeps the result. */
  measure(graph: Coverage): Task<void>;
  /** Call when a template goes, or has another vector. */
  forget(templateId: string): void;
  /** Takes over what was measured of this graph before. */
  restore(graph: Coverage, measured: Tuning): void;
}

/** @param tuned all that a tuning needs but the graph */
export function createEfKeeper(tuned: Omit<Tuned, "graph">): EfKeeper {
  let tuning: Tuning | null = null;
  let tunedGraph: Coverage | null = null;
  let tunedErased = 0;
  let underWay: EfTuning | null = null;
  return {
    get tuning() {
      return tuning;
    },
    efOf({ cursor }) {
      if (tuned.efFixed !== null) return tuned.efFixed;
      if (tuning === null || tuning.ef === null) return efFor(cursor);
      return efScaled(tuning.ef, tuning.templates, cursor);
    },
    isDue(graph) {
      if (graph.cursor < tunedMin) return false;
      if (tuning === null || tunedGraph !== graph) return true;
      if (graph.cursor >= tuning.templates * growthFactor) return true;
      return graph.erased - tunedErased > graph.slots * erasedFraction;
    },
    *measure(graph) {
      underWay = tuneEf({ ...tuned, graph });
      try {
        tuning = yield* underWay.task;
        tunedGraph = graph;
        tunedErased = graph.erased;
      } finally {
        underWay = null;
      }
    },
    forget: (templateId) => underWay?.forget(templateId),
    restore(graph, measured) {
      tuning = measured;
      tunedGraph = graph;
      tunedErased = graph.erased;
    },
  };
}

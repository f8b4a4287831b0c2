import type { Coverage } from "./coverage.js";
import type { EfKeeper } from "./ef-keeper.js";
import type { Policy } from "./policy.js";
import type { Replays } from "./replays.js";
import { measureScans } from "./scan-costs.js";
import type { Task } from "./task.js";
import type { Scanned } from "./true-best.js";

/**
 * What one gallery measures while nobody asks for anything: replays of queries, the ef that its
 * graph needs, and what scans cost.
 */
export interface IdleWork {
  /** Whether there is any that need not wait for the policy to ask. */
  readonly isDue: boolean;
  /** One step; false when there is nothing to do. */
  step(): boolean;
  /** Breaks off what is under way. */
  stop(): void;
}

export interface IdleWorkParts {
  readonly scanned: Scanned;
  readonly uniform: () => number;
  readonly policy: Policy;
  readonly replays: Replays;
  readonly efs: EfKeeper;
  /** The graph whose ef is of interest; null when there is none. */
  readonly graphToMeasure: () => Coverage | null;
}

/** A task, and the graph that it is about. */
interface UnderWay {
  readonly run: Task<void>;
  readonly graph: Coverage | null;
}

export function createIdleWork(parts: IdleWorkParts): IdleWork {
  const { scanned, uniform, policy, replays, efs, graphToMeasure } = parts;
  let underWay: UnderWay | null = null;

  function dueGraph(): Coverage | null {
    const graph = graphToMeasure();
    return graph !== null && efs.isDue(graph) ? graph : null;
  }

  /** `auto` decides once it knows a graph's cost, and what scans cost, alone and in batches. */
  function areScansDue(): boolean {
    if (!policy.weighsScans || efs.tuning === null || scanned.rows.count === 0) return false;
    return scanned.costs.unmeasuredScans.length > 0;
  }

  function next(): UnderWay | null {
    if (replays.isWaiting) return { run: replays.next(), graph: null };
    const graph = dueGraph();
    if (graph !== null) return { run: efs.measure(graph), graph };
    return areScansDue() ? { run: measureScans(scanned, uniform), graph: null } : null;
  }

  function stop(): void {
    underWay?.run.return();
    underWay = null;
  }

  return {
    get isDue() {
      return underWay !== null || replays.isWaiting || dueGraph() !== null;
    },
    step() {
      const graph = underWay?.graph ?? null;
      // What was to be measured may have been replaced or dropped.
      if (graph !== null && graph !== graphToMeasure()) stop();
      underWay ??= next();
      if (underWay === null) return false;
      if (underWay.run.next().done === true) underWay = null;
      return true;
    },
    stop,
  };
}

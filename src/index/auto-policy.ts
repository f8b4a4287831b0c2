import { amount, hopeless, type Policy, type ShardFacts } from "./policy.js";

/** A graph must be so many times as quick to be built, and so many times as slow to be dropped. */
const winFactor = 1.5;
/** What was decided is weighed again when the gallery is so many times as large, or as small. */
const growthFactor = 1.25;
/** When no ef reached the recall target in a sample, another is tried when it has grown so much. */
const retryFactor = 2;

export interface AutoOptions {
  /** Templates below which no graph is weighed. */
  readonly threshold: number;
  /** Templates of the small graph that the cost of a large one is told from. */
  readonly sampleSize: number;
}

interface Decision {
  readonly wanted: number;
  readonly why: string;
  /** What it was decided by. */
  readonly templates: number;
  readonly tuning: ShardFacts["tuning"];
}

/**
 * A graph when it is measured to be quicker at the recall target. What scans cost is known from
 * scans. What a graph would cost is told from a small one over the gallery's own templates, and
 * from the graph itself once there is one.
 */
export function autoPolicy({ threshold, sampleSize }: AutoOptions): Policy {
  const small = `below ${amount(threshold)} templates a scan is quick enough`;
  let decision: Decision | null = null;
  let why = small;

  /** Null when it is not known enough to decide. */
  function decide({ templates, costs, tuning }: ShardFacts): Decision | null {
    const scanUs = costs.scanUs(templates);
    const graphUs = costs.graphUs(templates);
    if (tuning === null || scanUs === null || graphUs === null) return null;
    if (costs.unmeasuredScans.length > 0) return null;
    const decided = { templates, tuning };
    if (tuning.ef === null) return { ...decided, wanted: 0, why: hopeless(tuning) };
    const hasGraph = decision?.wanted === Number.POSITIVE_INFINITY;
    const factor = hasGraph ? 1 / winFactor : winFactor;
    const wins = scanUs >= graphUs * factor;
    const isTrue = tuning.templates * growthFactor >= templates;
    const byGraph = `${isTrue ? "" : "about "}${amount(graphUs)} us by a graph at the recall target`;
    const reason = `${amount(scanUs)} us a search by scanning ${amount(templates)} templates`;
    return { ...decided, wanted: wins ? Infinity : 0, why: `${reason}, ${byGraph}` };
  }

  function isStale({ templates, tuning }: ShardFacts): boolean {
    if (decision === null || decision.tuning !== tuning) return true;
    const ratio = templates / decision.templates;
    if (decision.tuning?.ef === null) return false;
    return ratio >= growthFactor || ratio <= 1 / growthFactor;
  }

  return {
    weighsScans: true,
    usesGraphs: true,
    get why() {
      return decision?.why ?? why;
    },
    wanted(facts) {
      const { templates } = facts;
      if (templates < (decision === null ? threshold : threshold / 2)) {
        decision = null;
        why = small;
        return 0;
      }
      if (isStale(facts)) decision = decide(facts) ?? decision;
      why = "what a graph would take is being measured";
      if (decision === null) return sampleSize;
      const isHopeless = decision.tuning?.ef === null;
      return isHopeless && templates >= decision.templates * retryFactor
        ? sampleSize
        : decision.wanted;
    },
  };
}

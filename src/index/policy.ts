import type { Costs } from "./costs.js";
import { efMax, type Tuning } from "./ef-tuning.js";

/** What a policy decides by. */
export interface ShardFacts {
  readonly templates: number;
  readonly costs: Costs;
  /** The newest measurement of a graph over these templates, or a sample of them. */
  readonly tuning: Tuning | null;
}

/** Whether a gallery is to have a graph. */
export interface Policy {
  /** Rows that a graph is to have: none (0), all of them (Infinity), or the first few: a sample. */
  wanted(facts: ShardFacts): number;
  /** Whether it decides by what scans cost: then that is measured when no search has shown it. */
  readonly weighsScans: boolean;
  /** False when it never wants one. */
  readonly usesGraphs: boolean;
  /** Why it wants what it wanted last, a sentence without its subject. */
  readonly why: string;
}

/** Always compares with every template. */
export function exactPolicy(why = "asked for"): Policy {
  return { wanted: () => 0, weighsScans: false, usesGraphs: false, why };
}

/** A graph from some size on, unless none can be searched well enough. */
export function hnswPolicy(fullScanThreshold: number): Policy {
  let isOn = false;
  let why = "";
  return {
    weighsScans: false,
    usesGraphs: true,
    get why() {
      return why;
    },
    wanted({ templates, tuning }) {
      // Half of it: a gallery that breathes does not build and drop a graph at each step.
      isOn = templates > (isOn ? fullScanThreshold / 2 : fullScanThreshold);
      why = `a graph is asked for above ${amount(fullScanThreshold)} templates`;
      if (!isOn || tuning === null || !isHopeless(tuning, templates)) return isOn ? Infinity : 0;
      why = hopeless(tuning);
      return 0;
    },
  };
}

/**
 * True when no ef reached the recall target, and the gallery is still of about that size. Graphs
 * are dear to build: another is tried when the gallery is twice as large, or half.
 */
function isHopeless({ ef, templates: measured }: Tuning, templates: number): boolean {
  return ef === null && templates < measured * 2 && templates > measured / 2;
}

export function hopeless({ templates }: Tuning): string {
  const tried = `no ef up to ${amount(efMax)} reaches the recall target`;
  return `${tried} in a graph of ${amount(templates)} templates`;
}

/** 12345.6 as 12,346. */
export function amount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

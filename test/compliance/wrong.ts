import type { FactsWriter } from "../../src/compliance/facts.js";
import type { GateReason } from "../../src/compliance/reasons.js";
import type { IdentifyQuery } from "../../src/compliance/rules/rule.js";

/** One thing that is wrong in an otherwise lawful world, and what the gate must say of it. */
export interface Wrong {
  readonly when: string;
  readonly reason: GateReason;
  readonly subject: string;
  readonly change?: (facts: FactsWriter) => void;
  readonly asked?: Partial<IdentifyQuery>;
  /** Lawful facts for admission instead of those for public safety. */
  readonly admission?: true;
}

import type { Caller } from "../access/access.js";
import type { Audit, AuditActor } from "../audit/audit.js";
import type { Clock } from "../base/clock.js";
import type { Exclusive, KeyedExclusive } from "../base/exclusive.js";
import type { FactsWriter } from "../compliance/facts.js";
import type { DecisionPolicy } from "../decision/thresholds.js";
import type { FaceIndex } from "../index/port.js";
import type { Store } from "../store/store.js";
import type { Logger } from "../telemetry/log.js";
import type { Metrics } from "../telemetry/metrics.js";
import type { Vault } from "../vault/vault.js";
import type { Vision } from "../vision/port.js";

/** The stages and stores that a use case puts together. Made once, by `main.ts`. */
export interface Engine {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly vault: Vault;
  /** What the gate knows; changed only after the store has changed. */
  readonly facts: FactsWriter;
  readonly vision: Vision;
  readonly index: FaceIndex;
  readonly audit: Audit;
  readonly policy: DecisionPolicy;
  /** Runs changes of the records one after another, so that store and facts stay in step. */
  readonly exclusive: Exclusive;
  /**
   * Runs what is done to one person one after another: an erasure that overtook the end of an
   * enrolment would leave templates in the index that nobody owns.
   */
  readonly exclusivePerson: KeyedExclusive;
}

export function actorOf(caller: Caller): AuditActor {
  return { name: caller.name, role: caller.role, address: caller.address };
}

import type { Caller } from "../access/access.js";
import type { Audit, AuditActor } from "../audit/audit.js";
import type { BatchLane } from "../base/batch-lane.js";
import type { ByteBudget } from "../base/byte-budget.js";
import type { Clock } from "../base/clock.js";
import type { Exclusive } from "../base/exclusive.js";
import type { FactsWriter } from "../compliance/facts.js";
import type { DecisionPolicy } from "../decision/thresholds.js";
import type { FaceIndex } from "../index/port.js";
import type { Store } from "../store/store.js";
import type { Logger } from "../telemetry/log.js";
import type { Metrics } from "../telemetry/metrics.js";
import type { Vault } from "../vault/vault.js";
import type { Vision } from "../vision/port.js";
import type { ErasedLately } from "./erased-lately.js";
import type { FilingDesk } from "./filing/desk.js";
import type { Owners } from "./owners.js";
import type { EnrolJob, Enrolled } from "./roster/enrol-job.js";
import type { Marker } from "./roster/marker.js";
import type { Turns } from "./turns.js";

/** The stages and stores that a use case puts together. Made once, by `main.ts`. */
export interface Engine {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly store: Store;
  /** Whose templates are, asked of the store for many queries at once. */
  readonly owners: Owners;
  /** What an answer that waited is held against before it is given. */
  readonly erased: ErasedLately;
  /** Tells this store from any other; on every receipt and checkpoint. */
  readonly instanceId: string;
  readonly vault: Vault;
  /** What the gate knows; changed only after the store has changed. */
  readonly facts: FactsWriter;
  readonly vision: Vision;
  readonly index: FaceIndex;
  readonly audit: Audit;
  /** Of queries by embedding. */
  readonly turns: Turns;
  readonly policy: DecisionPolicy;
  /** What the queries of all streams together may hold before they are done with. */
  readonly streamBytes: ByteBudget;
  /** Runs changes of the records one after another, so that store and facts stay in step. */
  readonly exclusive: Exclusive;
  /**
   * Everything that changes who is enrolled runs here, one after another: so that no face is
   * enrolled twice by two callers at once, the count is exact at every moment, and an erasure never
   * overtakes the end of an enrolment. Erasures and merges go before the enrolments that wait.
   */
  readonly roster: BatchLane<EnrolJob, Enrolled>;
  readonly marker: Marker;
  /** The count of persons, and what is at hand of the filing (Art. 15). */
  readonly filing: FilingDesk;
}

export function actorOf(caller: Caller | AuditActor): AuditActor {
  return { name: caller.name, role: caller.role, address: caller.address };
}

/** Who does what nobody asked for: the sweeper, the start, the end. */
export const server: AuditActor = { name: "cordon", role: "server", address: "" };

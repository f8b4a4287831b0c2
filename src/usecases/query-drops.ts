import type { CordonError } from "../base/errors.js";
import type { Engine } from "./engine.js";

/** Reasons for which a query is given up without an answer, though nothing is wrong with it. */
export const dropReasons = [
  "FRAME_SUPERSEDED",
  "DEADLINE_EXCEEDED",
  "CANCELLED",
  "QUEUE_FULL",
  "PERMIT_EXPIRED",
  "SHUTTING_DOWN",
] as const;

const isDrop: ReadonlySet<string> = new Set(dropReasons);

/** Counts a query that was dropped; not one that failed for another reason. */
export function countDrop({ metrics }: Pick<Engine, "metrics">, { reason }: CordonError): void {
  if (isDrop.has(reason)) metrics.queriesDropped.inc({ reason });
}

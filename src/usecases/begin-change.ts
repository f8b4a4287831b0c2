import type { Caller } from "../access/access.js";
import type { AuditActor, AuditEvent, JsonValue } from "../audit/audit.js";
import { canonicalJson } from "../audit/canonical.js";
import { CordonError } from "../base/errors.js";
import { newId } from "../base/ids.js";
import type { PendingRecord } from "../store/audit-records.js";
import type { RecordChanges } from "../store/store.js";
import { actorOf, type Engine } from "./engine.js";

/** A change that is on its way: stored first, then in force, then on record. */
export interface Change {
  /** Makes the change, in one commit with what the audit is to say of it. For one call. */
  readonly store: RecordChanges;
  /** Puts it on record, once it is stored and in force. Resolves when that is on the disk. */
  record(): Promise<number>;
}

type Parts = Pick<Engine, "store" | "audit" | "clock" | "marker">;

/**
 * Begins a change of which the audit is to say this. Should the server end before the audit has
 * it, the next start records it (`recordChanges`): what is in force is on record.
 *
 * @param who makes it: a caller, or the server itself
 * @throws CordonError INVALID_ARGUMENT, before anything is changed, when the audit cannot hold it
 */
export function beginChange(
  engine: Parts,
  who: Caller | AuditActor,
  act: string,
  details: Readonly<Record<string, JsonValue>>,
): Change {
  const changeId = newId();
  const event = { act, actor: actorOf(who), details: { ...details, changeId } };
  const changedAtMs = engine.clock.nowMs();
  requireFit(recovered({ ...event, changeId, changedAtMs }).details);
  return {
    store: engine.store.changing({ ...event, changeId, changedAtMs }),
    async record() {
      const recorded = engine.audit.append(event);
      const deleted = () => engine.store.deletePendingRecords([changeId]);
      // A mark between the two would hide from a start that it is on record already.
      engine.marker.note(recorded.then(deleted, () => undefined));
      return recorded;
    },
  };
}

/** Bytes of what the audit says of a change, half of what a record may have. */
const DETAILS_SIZE_BYTES_MAX = 524_288;
/** Changes recorded at once, by a start. */
const BATCH = 1_000;

/**
 * Puts changes on record that are in force, and that the end of a server kept off the audit. For
 * use at a start.
 *
 * @param afterSeq of the audit: what was deleted, or kept, before it is not looked for
 * @returns how many there were
 */
export async function recordChanges(
  { store, audit }: Pick<Engine, "store" | "audit">,
  afterSeq: number,
): Promise<number> {
  let count = 0;
  for (;;) {
    const pending = await store.listPendingRecords(BATCH);
    if (pending.length === 0) return count;
    const acts = new Set(pending.map(({ act }) => act));
    const known = await changesOnRecord(audit, acts, afterSeq);
    const missing = pending.filter(({ changeId }) => !known.has(changeId));
    // Together, so that they share a flush of the disk.
    await Promise.all(missing.map((one) => audit.append(recovered(one))));
    await store.deletePendingRecords(pending.map(({ changeId }) => changeId));
    count += missing.length;
  }
}

function recovered({ act, actor, details, changedAtMs }: PendingRecord): AuditEvent {
  return { act, actor, details: { ...details, changedAtMs, recovered: true } };
}

/** A start must be able to record it, or no start would succeed any more. */
function requireFit(details: AuditEvent["details"]): void {
  requireRecordable(details);
  const sizeBytes = Buffer.byteLength(JSON.stringify(details));
  if (sizeBytes <= DETAILS_SIZE_BYTES_MAX) return;
  throw new CordonError({
    status: "INVALID_ARGUMENT",
    reason: "FIELD_INVALID",
    message:
      `The audit cannot hold this, so it is not kept: ${sizeBytes} bytes, and at most ` +
      `${DETAILS_SIZE_BYTES_MAX}. Name fewer things at once.`,
  });
}

/**
 * What is kept for ever must not be kept without its record: the audit refuses what looks like a
 * template, a run of two hundred letters for instance, and is asked before the store.
 *
 * @throws CordonError INVALID_ARGUMENT FIELD_INVALID
 */
function requireRecordable(details: AuditEvent["details"]): void {
  try {
    canonicalJson(details, ["details"]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CordonError({
      status: "INVALID_ARGUMENT",
      reason: "FIELD_INVALID",
      message: `The audit cannot hold this, so it is not kept. ${why}`,
      cause,
    });
  }
}

async function changesOnRecord(
  audit: Engine["audit"],
  acts: ReadonlySet<string>,
  afterSeq: number,
): Promise<ReadonlySet<JsonValue>> {
  const known = new Set<JsonValue>();
  for (const act of acts) {
    for await (const { record } of audit.query({ act }, afterSeq)) {
      known.add(record.details["changeId"] ?? "");
    }
  }
  return known;
}

import type { Caller } from "../access/access.js";
import type { JsonValue } from "../audit/audit.js";
import { notFound } from "../base/errors.js";
import type { ZoneProfile } from "../compliance/facts.js";
import type { ComplianceRecords, RecordKind } from "../store/gate-records.js";
import { recordKeys } from "../store/record-key.js";
import { beginChange } from "./begin-change.js";
import type { Engine } from "./engine.js";

/** What the audit says of a change. */
export interface Change {
  /** For example `notice.publish`. */
  readonly act: string;
  readonly details: Readonly<Record<string, JsonValue>>;
}

/**
 * Keeps a record: the store first, then the gate's facts, in force on the very next query, then
 * the audit. For use inside `engine.exclusive`.
 */
export async function keepRecord<Kind extends RecordKind>(
  engine: Engine,
  kind: Kind,
  record: ComplianceRecords[Kind],
  change: Change,
  caller: Caller,
): Promise<void> {
  const begun = beginChange(engine, caller, change.act, change.details);
  await begun.store.putRecord(kind, record);
  engine.facts.putRecord(kind, record);
  await begun.record();
}

/** Drops a record, in the same order. */
export async function dropRecord<Kind extends RecordKind>(
  engine: Engine,
  kind: Kind,
  record: ComplianceRecords[Kind],
  change: Change,
  caller: Caller,
): Promise<void> {
  const begun = beginChange(engine, caller, change.act, change.details);
  await begun.store.deleteRecord(kind, recordKeys[kind].key(record));
  engine.facts.deleteRecord(kind, record);
  await begun.record();
}

/** Says which zones there are. */
export function isZone(engine: Pick<Engine, "facts">): (zoneId: string) => boolean {
  return (zoneId) => engine.facts.zone(zoneId) !== undefined;
}

/** @throws CordonError NOT_FOUND */
export function requireZone(engine: Pick<Engine, "facts">, zoneId: string): ZoneProfile {
  const zone = engine.facts.zone(zoneId)?.zone;
  if (zone === undefined) throw notFound("zone", zoneId);
  return zone;
}

/** What is true of each zone at this moment, by its id. */
export function fingerprintsOf(
  engine: Pick<Engine, "facts">,
  zoneIds: readonly string[],
  fingerprint: (zone: ZoneProfile) => string,
): Readonly<Record<string, string>> {
  const zones = zoneIds.map((zoneId) => requireZone(engine, zoneId));
  return Object.fromEntries(zones.map((zone) => [zone.zoneId, fingerprint(zone)]));
}

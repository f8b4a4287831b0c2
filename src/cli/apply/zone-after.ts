import type { Zone__Output } from "../../api/generated/cordon/v1/Zone.js";
import type { Validated } from "../../compliance/checks.js";
import { mergeZone, validateZone } from "../../compliance/validate-zone.js";
import type { Zone } from "../../store/records.js";
import type { ZoneDocument } from "../documents/zone.js";
import { rawZone, rawZoneFound } from "./raw.js";
import { pathsOf, zoneChanges } from "./zone-change.js";

/** A zone of the server as a record; null when rules have become stricter since it was stored. */
export function zoneFound(found: Zone__Output, nowMs: number): Zone | null {
  const read = validateZone(rawZoneFound(found), nowMs);
  return read.ok ? read.record : null;
}

/** The zone that a document makes of what is there, or every field that the server refuses. */
export function zoneAfter(
  document: ZoneDocument,
  found: Zone__Output | null,
  nowMs: number,
): Validated<Zone> {
  const before = found && zoneFound(found, nowMs);
  if (before === null) return validateZone(rawZone(document), nowMs);
  const paths = pathsOf(zoneChanges(document, found));
  // A mask without a name would stand for every field.
  if (paths.length === 0) return { ok: true, record: before };
  return mergeZone(before, rawZone(document), paths, nowMs);
}

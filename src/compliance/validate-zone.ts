import {
  type Datum,
  type Entrance,
  type Geofence,
  type PlaceType,
  type Purpose,
  placeTypes,
  type Zone,
} from "../store/records.js";
import {
  type Checks,
  createChecks,
  DISPLAY_NAME_LENGTH_MAX,
  NEAR_ZONE_M_MAX,
  type RawPosition,
  type Validated,
} from "./checks.js";
import { isNear, prepareGeofence } from "./containment.js";
import { parseGeofence } from "./geofence.js";

/** Longest statement of necessity, characters. */
export const NECESSITY_LENGTH_MAX = 4000;
/** Most entrances of one zone. */
export const ENTRANCES_MAX = 256;

export interface RawEntrance {
  readonly entranceId: string;
  readonly displayName: string;
  readonly position: RawPosition | null;
}

/** What a caller says of a new zone (`cordon.v1.CreateZoneRequest`), unchecked. */
export interface RawZone {
  readonly zoneId: string;
  readonly displayName: string;
  /** One of `placeTypes`; anything else is refused. */
  readonly placeType: string;
  readonly purpose: Purpose;
  /** May be empty in a draft; the gate then refuses every query. */
  readonly necessity: string;
  readonly geofenceGeojson: string;
  readonly geofenceDatum: Datum;
  readonly entrances: readonly RawEntrance[];
  /** Null means from now on. */
  readonly validFromMs: number | null;
  readonly validUntilMs: number | null;
}

/** A new zone in state DRAFT, or every field that is wrong. */
export function validateZone(raw: RawZone, nowMs: number): Validated<Zone> {
  const checks = createChecks();
  checks.slug("zone_id", raw.zoneId);
  checks.text("display_name", raw.displayName, DISPLAY_NAME_LENGTH_MAX);
  checks.text("necessity", raw.necessity, NECESSITY_LENGTH_MAX);
  const placeType = checkPlaceType(checks, raw.placeType);
  const geofence = checkGeofence(checks, raw);
  const entrances = checkEntrances(checks, raw.entrances, geofence);
  const validFromMs = checks.instant("valid_from", raw.validFromMs ?? nowMs);
  const validUntilMs = checks.instant("valid_until", raw.validUntilMs);
  if (validFromMs !== null && validUntilMs !== null && validUntilMs <= validFromMs) {
    checks.add("valid_until", "must be later than valid_from");
  }
  const complete =
    placeType !== null && geofence !== null && validFromMs !== null && validUntilMs !== null;
  if (checks.fields.length > 0 || !complete) return { ok: false, fields: checks.fields };
  const { zoneId, displayName, purpose, necessity } = raw;
  return {
    ok: true,
    record: {
      zoneId,
      displayName,
      state: "DRAFT",
      placeType,
      purpose,
      necessity,
      geofence,
      entrances,
      validFromMs,
      validUntilMs,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    },
  };
}

function checkPlaceType(checks: Checks, placeType: string): PlaceType | null {
  const known = placeTypes.find((name) => name === placeType);
  return known ?? checks.add("place_type", `must be one of ${placeTypes.join(", ")}`);
}

function checkGeofence(checks: Checks, raw: RawZone): Geofence | null {
  const result = parseGeofence(raw.geofenceGeojson, raw.geofenceDatum);
  if (result.ok) return result.geofence;
  for (const { field, description } of result.fields) checks.add(field, description);
  return null;
}

function checkEntrances(
  checks: Checks,
  entrances: readonly RawEntrance[],
  geofence: Geofence | null,
): readonly Entrance[] {
  if (entrances.length === 0) checks.add("entrances", "must name every way in, at least one");
  if (entrances.length > ENTRANCES_MAX) {
    checks.add("entrances", `must be at most ${ENTRANCES_MAX}`);
    return [];
  }
  const prepared = geofence === null ? null : prepareGeofence(geofence);
  const seen = new Set<string>();
  const checked: Entrance[] = [];
  for (const [index, { entranceId, displayName, position: rawPosition }] of entrances.entries()) {
    const path = `entrances[${index}]`;
    checks.slug(`${path}.entrance_id`, entranceId);
    if (seen.has(entranceId)) checks.add(`${path}.entrance_id`, "is used twice in this zone");
    seen.add(entranceId);
    checks.text(`${path}.display_name`, displayName, DISPLAY_NAME_LENGTH_MAX);
    const position = checks.position(`${path}.position`, rawPosition);
    if (position === null) continue;
    if (prepared !== null && !isNear(prepared, position, NEAR_ZONE_M_MAX)) {
      checks.add(
        `${path}.position`,
        `must be in the geofence or within ${NEAR_ZONE_M_MAX} m of it`,
      );
    }
    checked.push({ entranceId, displayName, position });
  }
  return checked;
}

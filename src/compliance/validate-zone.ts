import { type Datum, placeTypes, purposes, type Zone } from "../store/records.js";
import { type Checks, createChecks, DISPLAY_NAME_LENGTH_MAX, type Validated } from "./checks.js";
import { prepareGeofence } from "./containment.js";
import { revisedZone } from "./fingerprint.js";
import { isPrivateNetwork } from "./networks.js";
import {
  checkEntrances,
  checkGeofence,
  checkKept,
  checkPrivateAreas,
  type RawEntrance,
  type RawPrivateArea,
} from "./validate-ground.js";
import { checkNetworks } from "./validate-safeguards.js";

/** Longest statement of necessity, characters. */
export const NECESSITY_LENGTH_MAX = 4000;
/** Longest description of the method, characters. */
export const METHOD_LENGTH_MAX = 4000;
/** Days that a template may be kept for a zone's purpose: the most, and when nothing is said. */
export const RETENTION_DAYS = { max: 36_500, fallback: 365 } as const;
/** Days between inspections of a sign: the most, and when nothing is said. */
export const INSPECTION_INTERVAL_DAYS = { max: 366, fallback: 90 } as const;

/** What a caller says of a new zone (`cordon.v1.CreateZoneRequest`), unchecked. */
export interface RawZone {
  readonly zoneId: string;
  readonly displayName: string;
  /** One of `placeTypes`; anything else is refused. */
  readonly placeType: string;
  /** One of `purposes`; anything else is refused. */
  readonly purpose: string;
  /** May be empty in a draft; the gate then refuses every query. */
  readonly necessity: string;
  /** May be empty in a draft; the impact assessment has to cover it. */
  readonly method: string;
  readonly geofenceGeojson: string;
  /** Of the geofence and the private areas. */
  readonly geofenceDatum: Datum;
  readonly entrances: readonly RawEntrance[];
  /** Null means from now on. */
  readonly validFromMs: number | null;
  readonly validUntilMs: number | null;
  readonly permittedNetworks: readonly string[];
  /** 0 means the default. */
  readonly retentionDaysMax: number;
  /** 0 means the default. */
  readonly inspectionIntervalDays: number;
  readonly privateAreas: readonly RawPrivateArea[];
}

/** Fields of a zone that a mask may name, as the proto spells them. */
export const zoneMaskPaths = [
  "display_name",
  "place_type",
  "purpose",
  "necessity",
  "method",
  "geofence_geojson",
  "geofence_datum",
  "entrances",
  "valid_from",
  "valid_until",
  "permitted_networks",
  "retention_days_max",
  "inspection_interval_days",
  "private_areas",
] as const;
export type ZoneMaskPath = (typeof zoneMaskPaths)[number];

/** A new zone in state DRAFT, or every field that is wrong. */
export function validateZone(raw: RawZone, nowMs: number): Validated<Zone> {
  const checks = createChecks();
  checks.slug("zone_id", raw.zoneId);
  const content = readContent(checks, "", raw, nowMs, null);
  if (checks.fields.length > 0 || content === null) return { ok: false, fields: checks.fields };
  const life = { state: "DRAFT", createdAtMs: nowMs, updatedAtMs: nowMs } as const;
  const revisions = { noticeRevision: 0, assessmentRevision: 0 };
  return { ok: true, record: { zoneId: raw.zoneId, ...life, ...revisions, ...content } };
}

/**
 * A zone with the fields that a mask names taken from a request (`cordon.v1.UpdateZoneRequest`),
 * or every field that is wrong, in `zone.` and `update_mask`. What the mask does not name stays
 * the same object. Whether the zone's state lets it change is `changeProblem`'s to say.
 * @param mask fields as the proto spells them, any order; none means every field but the id.
 *   `geofence_datum` goes with `geofence_geojson` and `private_areas`, and changes nothing alone.
 */
export function mergeZone(
  zone: Zone,
  raw: RawZone,
  mask: readonly string[],
  nowMs: number,
): Validated<Zone> {
  const checks = createChecks();
  if (raw.zoneId !== zone.zoneId) checks.add("zone.zone_id", "is another zone");
  const paths = checkMask(checks, mask);
  const content = readContent(checks, "zone.", raw, nowMs, { zone, paths });
  if (checks.fields.length > 0 || content === null) return { ok: false, fields: checks.fields };
  return { ok: true, record: revisedZone(zone, { ...zone, ...content, updatedAtMs: nowMs }) };
}

function checkMask(checks: Checks, mask: readonly string[]): ReadonlySet<string> {
  const known: readonly string[] = zoneMaskPaths;
  if (mask.length === 0) return new Set(known);
  if (mask.length > known.length) {
    checks.add("update_mask", `must name each field once, of ${known.join(", ")}`);
    return new Set();
  }
  for (const [at, path] of mask.entries()) {
    if (known.includes(path)) continue;
    const what = path === "zone_id" || path === "state" ? "never changes so" : "is no field";
    checks.add(`update_mask.paths[${at}]`, `${what}: it may be one of ${known.join(", ")}`);
  }
  if (mask.every((path) => path === "geofence_datum")) {
    checks.add("update_mask", "must name geofence_geojson or private_areas beside their datum");
  }
  return new Set(mask);
}

type ZoneContent = Omit<
  Zone,
  "zoneId" | "state" | "createdAtMs" | "updatedAtMs" | "noticeRevision" | "assessmentRevision"
>;

/** What a merge starts from. */
interface Known {
  readonly zone: Zone;
  readonly paths: ReadonlySet<string>;
}

/** Reads one field, or hands on the old value when the mask does not name it. */
type Take = <T>(path: ZoneMaskPath, old: T | undefined, read: (field: string) => T) => T;

/** Reads the fields that the mask names, or all of a new zone. Null when one is wrong. */
function readContent(
  checks: Checks,
  prefix: string,
  raw: RawZone,
  nowMs: number,
  known: Known | null,
): ZoneContent | null {
  const zone = known?.zone;
  const take: Take = (path, old, read) =>
    known === null || old === undefined || known.paths.has(path) ? read(prefix + path) : old;
  return whole({
    ...readWords(checks, raw, take, zone),
    ...readGround(checks, prefix, raw, take, zone),
    ...readLimits(checks, prefix, raw, take, zone, nowMs),
  });
}

/** The record itself when nothing in it is null. */
function whole<T extends object>(record: { readonly [K in keyof T]: T[K] | null }): T | null {
  return Object.values(record).includes(null) ? null : (record as T);
}

function readWords(checks: Checks, raw: RawZone, take: Take, zone: Zone | undefined) {
  return {
    displayName: take("display_name", zone?.displayName, (field) =>
      checks.text(field, raw.displayName, DISPLAY_NAME_LENGTH_MAX),
    ),
    placeType: take("place_type", zone?.placeType, (field) =>
      checks.oneOf(field, placeTypes, raw.placeType),
    ),
    purpose: take("purpose", zone?.purpose, (field) => checks.oneOf(field, purposes, raw.purpose)),
    necessity: take("necessity", zone?.necessity, (field) =>
      checks.text(field, raw.necessity, NECESSITY_LENGTH_MAX),
    ),
    method: take("method", zone?.method, (field) =>
      checks.text(field, raw.method, METHOD_LENGTH_MAX),
    ),
  };
}

function readGround(
  checks: Checks,
  prefix: string,
  raw: RawZone,
  take: Take,
  zone: Zone | undefined,
) {
  const geofence = take("geofence_geojson", zone?.geofence, (field) =>
    checkGeofence(checks, field, raw.geofenceGeojson, raw.geofenceDatum),
  );
  const prepared = geofence === null ? null : prepareGeofence(geofence);
  const entrances = take("entrances", zone?.entrances, (field) =>
    checkEntrances(checks, field, raw.entrances, prepared),
  );
  const privateAreas = take("private_areas", zone?.privateAreas, (field) =>
    checkPrivateAreas(checks, field, raw.privateAreas, raw.geofenceDatum, prepared),
  );
  const moved = zone !== undefined && geofence !== zone.geofence && prepared !== null;
  if (moved) {
    const kept = {
      entrances: entrances === zone.entrances ? zone.entrances : [],
      privateAreas: privateAreas === zone.privateAreas ? zone.privateAreas : [],
    };
    checkKept(checks, `${prefix}geofence_geojson`, kept, prepared);
  }
  return { geofence, entrances, privateAreas };
}

function readLimits(
  checks: Checks,
  prefix: string,
  raw: RawZone,
  take: Take,
  zone: Zone | undefined,
  nowMs: number,
) {
  const validFromMs = take("valid_from", zone?.validFromMs, (field) =>
    checks.instant(field, raw.validFromMs ?? nowMs),
  );
  const validUntilMs = take("valid_until", zone?.validUntilMs, (field) =>
    checks.instant(field, raw.validUntilMs),
  );
  if (validFromMs !== null && validUntilMs !== null && validUntilMs <= validFromMs) {
    checks.add(`${prefix}valid_until`, "must be later than valid_from");
  }
  return {
    validFromMs,
    validUntilMs,
    permittedNetworks: take("permitted_networks", zone?.permittedNetworks, (field) =>
      checkPermitted(checks, field, raw.permittedNetworks),
    ),
    retentionDaysMax: take("retention_days_max", zone?.retentionDaysMax, (field) =>
      checks.count(field, raw.retentionDaysMax, RETENTION_DAYS),
    ),
    inspectionIntervalDays: take(
      "inspection_interval_days",
      zone?.inspectionIntervalDays,
      (field) => checks.count(field, raw.inspectionIntervalDays, INSPECTION_INTERVAL_DAYS),
    ),
  };
}

/** Private networks only: what comes from any other has crossed the internet (Art. 8). */
function checkPermitted(
  checks: Checks,
  field: string,
  networks: readonly string[],
): readonly string[] {
  const canonical = checkNetworks(checks, field, networks);
  for (const network of canonical) {
    if (isPrivateNetwork(network)) continue;
    checks.add(
      field,
      `${network} is not a private network: record an egress basis for it (SafeguardService)`,
    );
  }
  return canonical;
}

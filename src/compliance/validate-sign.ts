import { noticeItems, type Sign, type Zone } from "../store/records.js";
import {
  type Checks,
  createChecks,
  NEAR_ZONE_M_MAX,
  type RawPosition,
  type Validated,
} from "./checks.js";
import { isNear, type PreparedGeofence } from "./containment.js";

export const INSPECTOR_LENGTH_MAX = 100;

/** What a caller says of a sign (`cordon.v1.Sign`), unchecked. */
export interface RawSign {
  readonly signId: string;
  readonly zoneId: string;
  readonly entranceId: string;
  readonly position: RawPosition | null;
  /** 32 bytes, or none while there is no photograph; the gate then finds the sign incomplete. */
  readonly photoSha256: Uint8Array;
  readonly installedAtMs: number | null;
  /** Each one of `noticeItems`; anything else is refused. */
  readonly items: readonly string[];
  /** Last inspection, when there was one before the sign was recorded. */
  readonly inspectedAtMs?: number | null;
}

/**
 * A sign at an entrance of its zone, or every field that is wrong.
 * @param zone the zone that the sign names
 * @param geofence that zone's geofence
 */
export function validateSign(
  raw: RawSign,
  zone: Pick<Zone, "zoneId" | "entrances">,
  nowMs: number,
  geofence: PreparedGeofence,
): Validated<Sign> {
  const checks = createChecks();
  checks.slug("sign.sign_id", raw.signId);
  if (raw.zoneId !== zone.zoneId) checks.add("sign.zone_id", "is another zone");
  if (!zone.entrances.some(({ entranceId }) => entranceId === raw.entranceId)) {
    checks.add("sign.entrance_id", "is not an entrance of this zone");
  }
  const position = checks.position("sign.position", raw.position);
  if (position !== null && !isNear(geofence, position, NEAR_ZONE_M_MAX)) {
    checks.add("sign.position", farProblem(geofence, position));
  }
  const photoSha256 = checks.optionalSha256("sign.photo_sha256", raw.photoSha256);
  const installedAtMs = checks.instant("sign.install_time", raw.installedAtMs);
  if (installedAtMs !== null && installedAtMs > nowMs) {
    checks.add("sign.install_time", "is in the future: record the sign once it is up");
  }
  const items = checks.distinctWords("sign.items", noticeItems, raw.items);
  const inspectedAtMs = checkInspected(checks, raw.inspectedAtMs ?? null, installedAtMs, nowMs);
  const complete = position !== null && photoSha256 !== null && installedAtMs !== null;
  if (checks.fields.length > 0 || !complete) return { ok: false, fields: checks.fields };
  const { signId, zoneId, entranceId } = raw;
  return {
    ok: true,
    record: {
      signId,
      zoneId,
      entranceId,
      position,
      photoSha256,
      installedAtMs,
      items,
      inspectedAtMs: inspectedAtMs ?? installedAtMs,
      inspector: "",
    },
  };
}

function checkInspected(
  checks: Checks,
  ms: number | null,
  installedAtMs: number | null,
  nowMs: number,
): number | null {
  if (ms === null) return null;
  const field = "sign.inspect_time";
  const inspectedAtMs = checks.instant(field, ms);
  if (inspectedAtMs === null) return null;
  if (inspectedAtMs > nowMs) checks.add(field, "is in the future");
  if (installedAtMs !== null && inspectedAtMs < installedAtMs) {
    checks.add(field, "is before the installation");
  }
  return inspectedAtMs;
}

/** Why a place that is not near a geofence is refused; says so when it looks swapped. */
export function farProblem(
  geofence: PreparedGeofence,
  { latitude, longitude }: { readonly latitude: number; readonly longitude: number },
): string {
  const rule = `must be in the geofence or within ${NEAR_ZONE_M_MAX} m of it`;
  const turned = { latitude: longitude, longitude: latitude };
  const swapped = Math.abs(longitude) <= 90 && isNear(geofence, turned, NEAR_ZONE_M_MAX);
  return swapped ? `${rule}, and would be with latitude and longitude swapped` : rule;
}

/** What an inspector says of a sign (`cordon.v1.InspectSignRequest`), unchecked. */
export interface RawInspection {
  readonly inspector: string;
  /** Null means now. */
  readonly inspectedAtMs: number | null;
  /** 32 bytes of a new photograph, or none, and the old one stands. */
  readonly photoSha256: Uint8Array;
}

/** The sign as it stands after an inspection, or every field that is wrong. */
export function validateInspection(raw: RawInspection, sign: Sign, nowMs: number): Validated<Sign> {
  const checks = createChecks();
  const inspector = checks.requiredText("inspector", raw.inspector, INSPECTOR_LENGTH_MAX);
  const inspectedAtMs = checks.instant("inspect_time", raw.inspectedAtMs ?? nowMs);
  if (inspectedAtMs !== null && inspectedAtMs > nowMs) {
    checks.add("inspect_time", "is in the future");
  }
  if (inspectedAtMs !== null && inspectedAtMs < sign.inspectedAtMs) {
    checks.add("inspect_time", "is before the last inspection, or the installation");
  }
  const photoSha256 = checks.optionalSha256("photo_sha256", raw.photoSha256);
  const complete = inspector !== null && inspectedAtMs !== null && photoSha256 !== null;
  if (checks.fields.length > 0 || !complete) return { ok: false, fields: checks.fields };
  const photo = photoSha256 === "" ? sign.photoSha256 : photoSha256;
  return { ok: true, record: { ...sign, inspector, inspectedAtMs, photoSha256: photo } };
}

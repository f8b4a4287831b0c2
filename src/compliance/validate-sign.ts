import type { Sign, Zone } from "../store/records.js";
import { createChecks, NEAR_ZONE_M_MAX, type RawPosition, type Validated } from "./checks.js";
import { isNear, type PreparedGeofence, prepareGeofence } from "./containment.js";

/** What a caller says of a sign (`cordon.v1.Sign`), unchecked. */
export interface RawSign {
  readonly signId: string;
  readonly zoneId: string;
  readonly entranceId: string;
  readonly position: RawPosition | null;
  readonly photoSha256: Uint8Array;
  readonly installedAtMs: number | null;
}

/**
 * A sign at an entrance of its zone, or every field that is wrong.
 * @param zone the zone that the sign names
 * @param geofence that zone's geofence when it is already prepared
 */
export function validateSign(
  raw: RawSign,
  zone: Zone,
  nowMs: number,
  geofence: PreparedGeofence = prepareGeofence(zone.geofence),
): Validated<Sign> {
  const checks = createChecks();
  checks.slug("sign.sign_id", raw.signId);
  if (raw.zoneId !== zone.zoneId) checks.add("sign.zone_id", "is another zone");
  if (!zone.entrances.some(({ entranceId }) => entranceId === raw.entranceId)) {
    checks.add("sign.entrance_id", "is not an entrance of this zone");
  }
  const position = checks.position("sign.position", raw.position);
  if (position !== null && !isNear(geofence, position, NEAR_ZONE_M_MAX)) {
    checks.add("sign.position", `must be in the geofence or within ${NEAR_ZONE_M_MAX} m of it`);
  }
  const photoSha256 = checks.sha256("sign.photo_sha256", raw.photoSha256);
  const installedAtMs = checks.instant("sign.install_time", raw.installedAtMs);
  if (installedAtMs !== null && installedAtMs > nowMs) {
    checks.add("sign.install_time", "is in the future: record the sign once it is up");
  }
  const complete = position !== null && photoSha256 !== null && installedAtMs !== null;
  if (checks.fields.length > 0 || !complete) return { ok: false, fields: checks.fields };
  const { signId, zoneId, entranceId } = raw;
  return {
    ok: true,
    record: { signId, zoneId, entranceId, position, photoSha256, installedAtMs },
  };
}

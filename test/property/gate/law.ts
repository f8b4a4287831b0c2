import type { IdentifyQuery } from "../../../src/compliance/rules/rule.js";
import type { Purpose, Zone } from "../../../src/store/records.js";
import { isInBox, metresTo, metresWithin, SQUARE, TOILET, type Told, type Truth } from "./truth.js";

/*
 * A second table of the law, written on its own: plain records instead of prepared facts, one line
 * of logic for each reason, known boxes instead of polygons. It gives every line `REASON subject`
 * that must stand in a refusal.
 */

export const DAY = 24 * 60 * 60 * 1000;
export const blank = (text: string) => text.trim() === "";
export const isHash = (text: string) =>
  text.length === 64 && Buffer.from(text, "hex").toString("hex") === text;

function tells(told: Told, zone: Zone): boolean {
  return told.purpose === zone.purpose && told.method === zone.method;
}

export function identifyLaw(truth: Truth, q: IdentifyQuery, now: number): string[] {
  const lines = zoneLaw(truth, q.zoneId, q.purpose, now);
  const zone = truth.zones.find(({ zoneId }) => zoneId === q.zoneId);
  const known = truth.cameras.find(({ camera }) => camera.cameraId === q.cameraId);
  const c = `camera/${q.cameraId}`;
  if (known?.camera.zoneId !== q.zoneId) lines.push(`CAMERA_UNKNOWN ${c}`);
  if (zone && known) lines.push(...cameraLaw(known, q, now));
  if (zone && !mayCome(truth, zone, q.peerAddress, now)) {
    lines.push(`EGRESS_NOT_PERMITTED peer/${q.peerAddress}`);
  }
  const authorised = truth.authorisations.some(
    ({ galleryId, zoneId, purpose }) =>
      galleryId === q.galleryId && zoneId === q.zoneId && purpose === q.purpose,
  );
  if (!authorised) lines.push(`GALLERY_NOT_AUTHORISED gallery/${q.galleryId}`);
  const { overdue, policy } = truth.filing;
  if (overdue && policy === "block-all") lines.push("FILING_OVERDUE filing");
  return lines;
}

export function zoneLaw(truth: Truth, zoneId: string, purpose: Purpose, now: number): string[] {
  const zone = truth.zones.find((other) => other.zoneId === zoneId);
  const z = `zone/${zoneId}`;
  if (!zone) return [`ZONE_NOT_REGISTERED ${z}`];
  const lines: string[] = [];
  if (zone.state === "DRAFT") lines.push(`ZONE_NOT_REGISTERED ${z}`);
  if (["REGISTERED", "SUSPENDED", "CLOSED"].includes(zone.state)) {
    lines.push(`ZONE_NOT_ACTIVE ${z}`);
  }
  if (now < zone.validFromMs || zone.validUntilMs <= now) lines.push(`ZONE_EXPIRED ${z}`);
  const place: string = zone.placeType;
  if (blank(zone.necessity) || place === "TOILET" || purpose !== zone.purpose) {
    lines.push(`ZONE_PURPOSE_MISSING ${z}`);
  }
  if (zone.entrances.length === 0) lines.push(`SIGNAGE_MISSING ${z}`);
  for (const { entranceId } of zone.entrances) lines.push(...signLaw(truth, zone, entranceId, now));
  lines.push(...noticeLaw(truth, zone, now), ...assessmentLaw(truth, zone, now));
  const offered = truth.alternatives.some(
    (other) => other.zoneId === zoneId && other.availableFromMs <= now && !blank(other.description),
  );
  if (purpose === "PUBLIC_SAFETY_ADMISSION" && !offered) {
    lines.push(`ALTERNATIVE_METHOD_MISSING ${z}/alternative`);
  }
  return lines;
}

function signLaw(truth: Truth, zone: Zone, entranceId: string, now: number): string[] {
  const up = truth.signs.filter(
    (sign) =>
      sign.zoneId === zone.zoneId && sign.entranceId === entranceId && sign.installedAtMs <= now,
  );
  if (up.length === 0) return [`SIGNAGE_MISSING zone/${zone.zoneId}/entrance/${entranceId}`];
  const faults = up.map((sign) => {
    const s = `zone/${zone.zoneId}/sign/${sign.signId}`;
    const own: string[] = [];
    if (metresTo(SQUARE, sign.position) > 50) own.push(`SIGNAGE_MISSING ${s}`);
    if (now - sign.inspectedAtMs >= zone.inspectionIntervalDays * DAY) {
      own.push(`SIGNAGE_STALE ${s}`);
    }
    if (!isHash(sign.photoSha256) || new Set(sign.items).size < 5) {
      own.push(`SIGNAGE_INCOMPLETE ${s}`);
    }
    return own;
  });
  return faults.some((own) => own.length === 0) ? [] : faults.flat();
}

/** Which one of several outdated ones is named is not judged here. */
function noticeLaw(truth: Truth, zone: Zone, now: number): string[] {
  const inForce = truth.notices.filter(({ notice }) => {
    const versions = truth.notices.filter((other) => other.notice.noticeId === notice.noticeId);
    const newest = Math.max(...versions.map((other) => other.notice.version));
    return (
      notice.version === newest &&
      notice.withdrawnAtMs === null &&
      notice.publishedAtMs <= now &&
      notice.zoneIds.includes(zone.zoneId)
    );
  });
  if (inForce.length === 0) return [`NOTICE_MISSING zone/${zone.zoneId}/notice`];
  const truthful = inForce.some((known) => isTrue(truth, known, zone));
  return truthful ? [] : ["NOTICE_OUTDATED"];
}

export function isTrue(truth: Truth, { told, outdatedFor }: Truth["notices"][number], zone: Zone) {
  return (
    !outdatedFor.has(zone.zoneId) &&
    tells(told, zone) &&
    told.necessity === zone.necessity &&
    told.retentionDaysMax === zone.retentionDaysMax &&
    told.operator?.name === truth.operator?.name &&
    told.operator?.contact === truth.operator?.contact
  );
}

function assessmentLaw(truth: Truth, zone: Zone, now: number): string[] {
  const approved = truth.assessments.filter(
    ({ assessment: { state, approvedAtMs, zoneIds } }) =>
      state === "APPROVED" &&
      approvedAtMs !== null &&
      approvedAtMs <= now &&
      zoneIds.includes(zone.zoneId),
  );
  if (approved.length === 0) return [`PIA_MISSING zone/${zone.zoneId}/assessment`];
  const incidents = truth.incidents.filter(
    ({ zoneIds }) => zoneIds.length === 0 || zoneIds.includes(zone.zoneId),
  );
  const good = approved.some(
    ({ assessment, told, outdatedFor }) =>
      !outdatedFor.has(zone.zoneId) &&
      tells(told, zone) &&
      now < assessment.validUntilMs &&
      incidents.every(({ occurredAtMs, recordedAtMs }) =>
        [assessment.recordedAtMs, Number(assessment.approvedAtMs)].every(
          (written) => written > occurredAtMs && written > recordedAtMs,
        ),
      ),
  );
  return good ? [] : ["PIA_OUTDATED"];
}

function cameraLaw(known: Truth["cameras"][number], q: IdentifyQuery, now: number): string[] {
  const c = `camera/${q.cameraId}`;
  const { position } = known.camera;
  if (position === null) return fixLaw(q, now);
  const lines: string[] = [];
  if (!isInBox(SQUARE, position)) lines.push(`CAMERA_OUTSIDE_GEOFENCE ${c}`);
  const { view } = known;
  if (view !== null) {
    const [west, south, east, north] = view;
    const corners = [
      { latitude: south, longitude: west },
      { latitude: north, longitude: east },
    ];
    if (!corners.every((corner) => isInBox(SQUARE, corner))) {
      lines.push(`CAMERA_OUTSIDE_GEOFENCE ${c}/field_of_view`);
    }
  }
  const seesToilet =
    view !== null &&
    view[0] <= TOILET[2] &&
    view[2] >= TOILET[0] &&
    view[1] <= TOILET[3] &&
    view[3] >= TOILET[1];
  if (isInBox(TOILET, position) || seesToilet) {
    lines.push(`PRIVATE_SPACE ${c}/private_area/toilet`);
  }
  return lines;
}

function fixLaw({ cameraId, cameraFix }: IdentifyQuery, now: number): string[] {
  const c = `camera/${cameraId}`;
  if (cameraFix === null) return [`CAMERA_OUTSIDE_GEOFENCE ${c}`];
  const lines: string[] = [];
  const { latitude, accuracyM, fixedAtMs } = cameraFix;
  const known = !Number.isNaN(latitude) && accuracyM >= 0;
  const inside =
    known && isInBox(SQUARE, cameraFix) && metresWithin(SQUARE, cameraFix) >= accuracyM;
  if (!inside) lines.push(`CAMERA_OUTSIDE_GEOFENCE ${c}`);
  if (known && metresTo(TOILET, cameraFix) <= accuracyM) {
    lines.push(`PRIVATE_SPACE ${c}/private_area/toilet`);
  }
  const fresh = fixedAtMs >= now - 10_000 && fixedAtMs <= now + 2_000;
  if (!fresh) lines.push(`CAMERA_POSITION_STALE ${c}`);
  return lines;
}

/** Networks in these tests end at a dot of the address. */
function mayCome(truth: Truth, zone: Zone, address: string, now: number): boolean {
  const bare = address.replace("::ffff:", "");
  if (bare === "::1" || bare.startsWith("127.")) return true;
  const inside = (network: string) => {
    const [base = "", bits] = network.split("/");
    const parts = Number(bits) / 8;
    return base.split(".").slice(0, parts).join(".") === bare.split(".").slice(0, parts).join(".");
  };
  const bases = truth.egress.filter(
    (basis) =>
      basis.zoneId === zone.zoneId &&
      now < basis.validUntilMs &&
      (!blank(basis.citation) || isHash(basis.consentEvidenceSha256)),
  );
  return [...zone.permittedNetworks, ...bases.flatMap(({ networks }) => networks)].some(inside);
}

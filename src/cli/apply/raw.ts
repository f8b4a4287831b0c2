/** Documents as the server's validators take requests. */

import type { Zone__Output } from "../../api/generated/cordon/v1/Zone.js";
import type { RawAssessment } from "../../compliance/validate-assessment.js";
import type { RawCamera } from "../../compliance/validate-camera.js";
import type { RawHandlingRules } from "../../compliance/validate-handling-rules.js";
import type { RawNotice } from "../../compliance/validate-notice.js";
import type {
  RawAlternative,
  RawEgressBasis,
  RawMinorRules,
} from "../../compliance/validate-safeguards.js";
import type { RawInspection, RawSign } from "../../compliance/validate-sign.js";
import type { RawZone } from "../../compliance/validate-zone.js";
import type { AssessmentDocument } from "../documents/assessment.js";
import type { CameraDocument } from "../documents/camera.js";
import type { HandlingRulesDocument } from "../documents/handling-rules.js";
import type { NoticeDocument } from "../documents/notice.js";
import type {
  AlternativeDocument,
  EgressDocument,
  MinorRulesDocument,
} from "../documents/safeguards.js";
import type { SignDocument } from "../documents/sign.js";
import type { ZoneDocument } from "../documents/zone.js";
import { shortName, type TimestampLike } from "../output.js";

/** Milliseconds since the epoch; null when there is no instant. */
export function msOf(at: TimestampLike | null | undefined): number | null {
  return at ? at.seconds * 1000 + Math.floor(at.nanos / 1e6) : null;
}

export function rawZone(zone: ZoneDocument): RawZone {
  const { necessity, method, place_type, purpose, geofence, geofence_datum } = zone;
  return {
    necessity,
    method,
    purpose,
    zoneId: zone.zone_id,
    displayName: zone.display_name ?? zone.zone_id,
    placeType: place_type,
    geofenceGeojson: geofence,
    geofenceDatum: geofence_datum,
    entrances: zone.entrances.map(({ entrance_id, display_name, ...position }) => ({
      entranceId: entrance_id,
      displayName: display_name ?? entrance_id,
      position,
    })),
    privateAreas: zone.private_areas.map(({ area_id, display_name, geojson }) => ({
      areaId: area_id,
      displayName: display_name ?? area_id,
      geojson,
    })),
    validFromMs: msOf(zone.valid_from),
    validUntilMs: msOf(zone.valid_until),
    permittedNetworks: zone.permitted_networks,
    retentionDaysMax: zone.retention_days_max,
    inspectionIntervalDays: zone.inspection_interval_days,
  };
}

/** A zone as the server shows it: everything in WGS-84. */
export function rawZoneFound(zone: Zone__Output): RawZone {
  return {
    ...zone,
    placeType: shortName(zone.placeType, "PLACE_TYPE_"),
    purpose: shortName(zone.purpose, "PURPOSE_"),
    geofenceDatum: "WGS84",
    entrances: zone.entrances.map(({ position, ...entrance }) => ({
      ...entrance,
      position: position && { ...position, datum: "WGS84" },
    })),
    validFromMs: msOf(zone.validFrom),
    validUntilMs: msOf(zone.validUntil),
  };
}

export function rawSign(sign: SignDocument): RawSign {
  const { latitude, longitude, datum, photoSha256, items } = sign;
  return {
    signId: sign.sign_id,
    zoneId: sign.zone_id,
    entranceId: sign.entrance_id,
    position: { latitude, longitude, datum },
    photoSha256,
    installedAtMs: msOf(sign.installed),
    items,
  };
}

export function rawInspection({ inspected, inspector }: SignDocument): RawInspection {
  const photoSha256 = new Uint8Array();
  return { inspector: inspector ?? "", inspectedAtMs: msOf(inspected), photoSha256 };
}

export function rawCamera(camera: CameraDocument): RawCamera {
  return {
    cameraId: camera.camera_id,
    zoneId: camera.zone_id,
    displayName: camera.display_name ?? camera.camera_id,
    mobile: camera.position === null,
    position: camera.position,
    fieldOfViewGeojson: camera.fieldOfView,
    deviceIdentity: camera.device_identity,
  };
}

export function rawNotice(notice: NoticeDocument): RawNotice {
  return {
    noticeId: notice.notice_id,
    zoneIds: notice.zone_ids,
    texts: notice.texts.map(({ purpose_method_retention, necessity_impact, ...text }) => ({
      ...text,
      purposeMethodRetention: purpose_method_retention,
      necessityImpact: necessity_impact,
    })),
    accessibleFormats: notice.accessible_formats,
  };
}

export function rawAssessment(assessment: AssessmentDocument): RawAssessment {
  return {
    ...assessment,
    assessmentId: assessment.assessment_id,
    zoneIds: assessment.zone_ids,
    validUntilMs: msOf(assessment.valid_until),
  };
}

export function rawAlternative(method: AlternativeDocument): RawAlternative {
  return {
    methodId: method.method_id,
    zoneId: method.zone_id,
    description: method.description,
    availableFromMs: msOf(method.available_from),
  };
}

export function rawEgress(basis: EgressDocument): RawEgressBasis {
  return {
    basisId: basis.basis_id,
    zoneId: basis.zone_id,
    networks: basis.networks,
    citation: basis.citation ?? "",
    consentEvidenceSha256: basis.consentEvidenceSha256,
    validUntilMs: msOf(basis.valid_until),
  };
}

export function rawMinorRules(rules: MinorRulesDocument): RawMinorRules {
  return { ...rules, approver: rules.approved_by };
}

export function rawHandlingRules(rules: HandlingRulesDocument): RawHandlingRules {
  const { incident_response, intrusion_detection, approved_by, approved_at, ...parts } = rules;
  return {
    ...parts,
    incidentResponse: incident_response,
    intrusionDetection: intrusion_detection,
    approver: approved_by,
    approvedAtMs: msOf(approved_at),
  };
}

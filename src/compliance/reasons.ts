/**
 * Every reason that the gate may give: those of `cordon.v1.Reason` below 100, without their
 * prefix, in the enum's order.
 */
export const gateReasons = [
  "ZONE_NOT_REGISTERED",
  "ZONE_NOT_ACTIVE",
  "ZONE_EXPIRED",
  "ZONE_PURPOSE_MISSING",
  "SIGNAGE_MISSING",
  "CAMERA_UNKNOWN",
  "CAMERA_OUTSIDE_GEOFENCE",
  "GALLERY_NOT_AUTHORISED",
  "LAWFUL_BASIS_MISSING",
  "CONSENT_MISSING",
  "RETENTION_MISSING",
  // No rule gives it yet: a place type cannot be private, and a hole is outside the geofence.
  "PRIVATE_SPACE",
] as const;

export type GateReason = (typeof gateReasons)[number];

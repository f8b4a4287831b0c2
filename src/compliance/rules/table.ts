import { cameraInside, cameraKnown } from "./camera.js";
import { consentEvidenced, lawfulBasisNamed, retentionSet } from "./enrolment.js";
import { galleryAuthorised } from "./gallery.js";
import type { Enrolment, IdentifyQuery, Rule, ZoneQuery } from "./rule.js";
import { signage } from "./signage.js";
import { zoneActive, zonePurpose, zoneRegistered, zoneValid } from "./zone.js";

/** Rules that need nothing but the zone: its own checklist. */
export const zoneRules: readonly Rule<ZoneQuery>[] = [
  zoneRegistered,
  zoneActive,
  zoneValid,
  zonePurpose,
  signage,
];

/** Rules before a query, in the order in which their violations are listed. */
export const identifyRules: readonly Rule<IdentifyQuery>[] = [
  ...zoneRules,
  cameraKnown,
  cameraInside,
  galleryAuthorised,
];

/** Rules before an enrolment. */
export const enrolRules: readonly Rule<Enrolment>[] = [
  lawfulBasisNamed,
  consentEvidenced,
  retentionSet,
];

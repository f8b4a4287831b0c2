import { alternativeOffered } from "./alternative.js";
import { assessmentInForce } from "./assessment.js";
import { cameraInside, cameraKeepsPrivacy, cameraKnown } from "./camera.js";
import { egressPermitted } from "./egress.js";
import { consentEvidenced, consentToCurrentNotice, lawfulBasisNamed } from "./enrolment.js";
import { filingLetsEnrol, filingLetsIdentify } from "./filing.js";
import { mobileFix } from "./fix.js";
import { galleryAuthorised } from "./gallery.js";
import { guardianConsents, minorRulesSet } from "./minors.js";
import { noticeInForce } from "./notice.js";
import { retentionBounded, retentionSet } from "./retention.js";
import type {
  CameraQuery,
  Enrolment,
  GalleryQuery,
  IdentifyQuery,
  PeerQuery,
  Rule,
  ZoneQuery,
} from "./rule.js";
import { signage } from "./signage.js";
import { consentCoversGalleries, consentHasZone } from "./told.js";
import { zoneActive, zonePurpose, zoneRegistered, zoneValid } from "./zone.js";

/** Rules that need nothing but the zone: its own checklist. */
export const zoneRules: readonly Rule<ZoneQuery>[] = [
  zoneRegistered,
  zoneActive,
  zoneValid,
  zonePurpose,
  signage,
  noticeInForce,
  assessmentInForce,
  alternativeOffered,
];

/** Rules about a camera and its zone. */
export const cameraRules: readonly Rule<CameraQuery>[] = [
  cameraKnown,
  cameraInside,
  cameraKeepsPrivacy,
];

/** Rules about who sends. */
export const peerRules: readonly Rule<PeerQuery>[] = [egressPermitted];

/** Rules about a gallery and the zone that searches it. */
export const galleryRules: readonly Rule<GalleryQuery>[] = [galleryAuthorised];

/**
 * The other rules before a query whose verdict, like that of the zone's, stands until a fact
 * changes or the clock ends it.
 */
export const queryRules: readonly Rule<IdentifyQuery>[] = [
  ...cameraRules,
  ...peerRules,
  ...galleryRules,
  filingLetsIdentify,
];

/** Rules before a query whose verdict is good for that one query. */
export const momentaryRules: readonly Rule<IdentifyQuery>[] = [mobileFix];

/** Rules before an enrolment. */
export const enrolRules: readonly Rule<Enrolment>[] = [
  lawfulBasisNamed,
  consentEvidenced,
  consentToCurrentNotice,
  consentCoversGalleries,
  consentHasZone,
  guardianConsents,
  minorRulesSet,
  retentionSet,
  retentionBounded,
  filingLetsEnrol,
];

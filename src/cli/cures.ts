/**
 * What to type when the gate refuses: the command that cures each violation.
 *
 * @param name id of what it concerns: the camera, the gallery, or what is in the zone
 */
type Cure = (zone: string, name: string) => string;

const cures: Readonly<Record<string, Cure>> = {
  ZONE_NOT_REGISTERED: (zone) => `cordon zone register ${zone}`,
  ZONE_NOT_ACTIVE: (zone) => `cordon zone activate ${zone}`,
  ZONE_EXPIRED: (zone) => `cordon zone update ${zone} --valid-until DATE`,
  PRIVATE_SPACE: (_zone, camera) =>
    `cordon camera register ${camera} --zone ZONE --position LAT,LON --field-of-view FILE`,
  SIGNAGE_MISSING: (zone, entrance) =>
    `cordon sign record SIGN --zone ${zone} --entrance ${entrance} --position LAT,LON --items all --photo FILE`,
  SIGNAGE_STALE: (zone, sign) => `cordon sign inspect ${sign} --zone ${zone} --by NAME`,
  SIGNAGE_INCOMPLETE: (zone, sign) =>
    `cordon sign record ${sign} --zone ${zone} --entrance ENTRANCE --position LAT,LON --items all --photo FILE`,
  CAMERA_UNKNOWN: (_zone, camera) =>
    `cordon camera register ${camera} --zone ZONE --position LAT,LON`,
  CAMERA_OUTSIDE_GEOFENCE: (_zone, camera) => `cordon camera show ${camera}`,
  CAMERA_POSITION_STALE: () => "cordon identify ... --position LAT,LON --accuracy METRES",
  NOTICE_MISSING: () => "cordon notice publish --file NOTICE.yaml",
  NOTICE_OUTDATED: () => "cordon notice publish --file NOTICE.yaml   (with what has changed)",
  PIA_MISSING: () =>
    "cordon pia record --file ASSESSMENT.yaml, then cordon pia approve ID --by NAME",
  PIA_OUTDATED: () =>
    "cordon pia record --file ASSESSMENT.yaml   (a new one), then cordon pia approve ID --by NAME",
  ALTERNATIVE_METHOD_MISSING: (zone) =>
    `cordon safeguard alternative record METHOD --zone ${zone} --description TEXT`,
  EGRESS_NOT_PERMITTED: (zone) => `cordon zone update ${zone} --network CIDR   (each of them)`,
  GALLERY_NOT_AUTHORISED: (_zone, gallery) => `cordon gallery authorise ${gallery} --zone ZONE`,
  LAWFUL_BASIS_MISSING: () => "cordon enrol ... --law CITATION   or --consent FILE",
  CONSENT_MISSING: () => "cordon enrol ... --consent FILE --consent-given DATE",
  CONSENT_NOTICE_OUTDATED: () =>
    "cordon enrol ... --notice ID --notice-version N   (cordon notice list)",
  GUARDIAN_CONSENT_REQUIRED: () =>
    "cordon enrol ... --age-band adult   or --guardian mother --guardian-consent FILE",
  MINOR_RULES_MISSING: () => "cordon safeguard minors set --file RULES.yaml",
  FILING_OVERDUE: () =>
    "cordon filing status, and cordon filing step submitted --number NUMBER once it is handed in",
  RETENTION_MISSING: () => "cordon enrol ... --retain-until DATE",
  RETENTION_TOO_LONG: () => "cordon enrol ... --retain-until AN-EARLIER-DATE",
};

/**
 * The command that cures a violation, or an empty text when none does.
 *
 * @param subject path of what it concerns, for example `zone/plaza/entrance/east`
 */
export function cureOf(reason: string, subject: string): string {
  const cure = Object.hasOwn(cures, reason) ? cures[reason] : undefined;
  if (cure === undefined) return "";
  const [kind = "", id = "ID", ...rest] = subject.split("/");
  return kind === "zone" ? cure(id, rest.at(-1) ?? id) : cure("ZONE", id);
}

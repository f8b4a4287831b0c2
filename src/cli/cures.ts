import { OF_ANOTHER_ZONE } from "../compliance/rules/camera.js";
import { NO_SUCH_ZONE } from "../compliance/rules/zone.js";

/**
 * What to type when the gate refuses: the command that cures each violation.
 *
 * @param name id of what it concerns: the camera, the gallery, or what is in the zone
 * @param description what the gate said of it
 */
type Cure = (zone: string, name: string, description: string) => string;

const cures: Readonly<Record<string, Cure>> = {
  ZONE_NOT_REGISTERED: (zone, _name, description) =>
    description.includes(NO_SUCH_ZONE)
      ? `cordon zone list   (those that there are), or make it: cordon apply -f FOLDER, cordon zone create ${zone} ...`
      : `cordon zone register ${zone}`,
  ZONE_NOT_ACTIVE: (zone) => `cordon zone activate ${zone}`,
  ZONE_EXPIRED: (zone) => `cordon zone update ${zone} --valid-until DATE`,
  PRIVATE_SPACE: (zone, camera) =>
    `cordon camera register ${camera} --zone ${zone} --position LAT,LON --field-of-view FILE`,
  SIGNAGE_MISSING: (zone, entrance) =>
    `cordon sign record SIGN --zone ${zone} --entrance ${entrance} --position LAT,LON --items all --photo FILE`,
  SIGNAGE_STALE: (zone, sign) => `cordon sign inspect ${sign} --zone ${zone} --by NAME`,
  SIGNAGE_INCOMPLETE: (zone, sign) =>
    `cordon sign record ${sign} --zone ${zone} --entrance ENTRANCE --position LAT,LON --items all --photo FILE`,
  CAMERA_UNKNOWN: (zone, camera, description) =>
    description.includes(OF_ANOTHER_ZONE)
      ? `cordon camera show ${camera}   (which zone it watches), cordon camera list --zone ${zone}`
      : `cordon camera register ${camera} --zone ${zone} --position LAT,LON`,
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
  GALLERY_NOT_AUTHORISED: (zone, gallery) => `cordon gallery authorise ${gallery} --zone ${zone}`,
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
 * @param description what the gate said of it
 * @param zoneId the zone that was asked about; `ZONE` stands where it is not known
 */
export function cureOf(
  reason: string,
  subject: string,
  description: string,
  zoneId = "ZONE",
): string {
  const cure = Object.hasOwn(cures, reason) ? cures[reason] : undefined;
  if (cure === undefined) return "";
  const [kind = "", id = "ID", ...rest] = subject.split("/");
  if (kind === "zone") return cure(id, rest.at(-1) ?? id, description);
  return cure(zoneId, id, description);
}

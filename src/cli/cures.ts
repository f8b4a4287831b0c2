/** What to type when the gate refuses: the command that cures each violation. */
type Cure = (zone: string, last: string) => string;

const cures: Readonly<Record<string, Cure>> = {
  ZONE_NOT_REGISTERED: (zone) => `cordon zone register ${zone}`,
  ZONE_NOT_ACTIVE: (zone) => `cordon zone activate ${zone}`,
  ZONE_EXPIRED: (zone) => `cordon zone show ${zone}   (its validity dates)`,
  ZONE_PURPOSE_MISSING: () => "cordon zone create ... --necessity TEXT",
  SIGNAGE_MISSING: (zone, entrance) =>
    `cordon sign record SIGN --zone ${zone} --entrance ${entrance} --position LAT,LON --photo FILE`,
  CAMERA_UNKNOWN: (_zone, camera) =>
    `cordon camera register ${camera} --zone ZONE --position LAT,LON`,
  CAMERA_OUTSIDE_GEOFENCE: (_zone, camera) => `cordon camera show ${camera}`,
  GALLERY_NOT_AUTHORISED: (_zone, gallery) => `cordon gallery authorise ${gallery} --zone ZONE`,
  LAWFUL_BASIS_MISSING: () => "cordon enrol ... --law CITATION   or --consent FILE",
  CONSENT_MISSING: () => "cordon enrol ... --consent FILE --consent-given DATE",
  RETENTION_MISSING: () => "cordon enrol ... --retain-until DATE",
};

/**
 * The command that cures a violation, or an empty text when none does.
 *
 * @param subject path of what it concerns, for example `zone/plaza/entrance/east`
 */
export function cureOf(reason: string, subject: string): string {
  const cure = Object.hasOwn(cures, reason) ? cures[reason] : undefined;
  if (cure === undefined) return "";
  const parts = subject.split("/");
  const zone = parts[0] === "zone" ? (parts[1] ?? "ZONE") : "ZONE";
  return cure(zone, parts.at(-1) ?? "ID");
}

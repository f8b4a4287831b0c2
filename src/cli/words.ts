import { AccessibleFormat } from "../api/generated/cordon/v1/AccessibleFormat.js";
import { AgeBand } from "../api/generated/cordon/v1/AgeBand.js";
import { AssessmentTrigger } from "../api/generated/cordon/v1/AssessmentTrigger.js";
import { NoticeItem } from "../api/generated/cordon/v1/NoticeItem.js";
import { OfficerRole } from "../api/generated/cordon/v1/OfficerRole.js";
import { PlaceType } from "../api/generated/cordon/v1/PlaceType.js";
import { Purpose } from "../api/generated/cordon/v1/Purpose.js";

/** Names of an enum of the API, without its prefix and without UNSPECIFIED. */
function wordsOf(members: Readonly<Record<string, string>>, prefix: string): readonly string[] {
  return Object.values(members)
    .map((name) => name.slice(prefix.length))
    .filter((name) => name !== "UNSPECIFIED");
}

/** Kinds of public place. */
export const placeTypes = wordsOf(PlaceType, "PLACE_TYPE_");
/** What a zone, a query or an authorisation is for. */
export const purposes = wordsOf(Purpose, "PURPOSE_");
/** The five items of Art. 5, in its order. */
export const noticeItems = wordsOf(NoticeItem, "NOTICE_ITEM_");
/** Forms of a notice for people who cannot read it as it hangs there. */
export const accessibleFormats = wordsOf(AccessibleFormat, "ACCESSIBLE_FORMAT_");
/** Why an impact assessment was made. */
export const triggers = wordsOf(AssessmentTrigger, "ASSESSMENT_TRIGGER_");
/** What an officer of the operator answers for. */
export const officerRoles = wordsOf(OfficerRole, "OFFICER_ROLE_");
/** How old a person is, as far as Art. 7 asks. */
export const ageBands = wordsOf(AgeBand, "AGE_BAND_");

/** Geodetic datums, without the enum's prefix. */
export const datums = ["WGS84", "GCJ02", "BD09"] as const;
export type DatumWord = (typeof datums)[number];

/** `TRANSPORT_HUB` as it is typed: `transport-hub`. */
export function typed(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

/** `transport-hub`, `Transport_Hub` as the API names it: `TRANSPORT_HUB`. */
export function named(word: string): string {
  return word.toUpperCase().replaceAll("-", "_");
}

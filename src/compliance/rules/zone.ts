import { placeTypes } from "../../store/records.js";
import { satisfied, subjectOf } from "../violation.js";
import type { Rule, ZoneQuery } from "./rule.js";

const article = "Art. 13";

/** The zone exists and has left DRAFT. */
export const zoneRegistered: Rule<ZoneQuery> = {
  reasons: ["ZONE_NOT_REGISTERED"],
  article,
  check(facts, { zoneId }) {
    const zone = facts.zone(zoneId)?.zone;
    if (zone !== undefined && zone.state !== "DRAFT") return satisfied;
    return [
      {
        reason: "ZONE_NOT_REGISTERED",
        article,
        subject: subjectOf("zone", zoneId),
        description:
          zone === undefined ? "There is no such zone." : "The zone is a draft, not registered.",
        remedy:
          zone === undefined
            ? "Create, register and activate it (ZoneService.CreateZone)."
            : "Register it (ZoneService.RegisterZone), then activate it.",
      },
    ];
  },
};

/** A registered zone is ACTIVE. */
export const zoneActive: Rule<ZoneQuery> = {
  reasons: ["ZONE_NOT_ACTIVE"],
  article,
  check(facts, { zoneId }) {
    const zone = facts.zone(zoneId)?.zone;
    // A zone that is missing or a draft is refused by the rule above, and cannot be active.
    if (zone === undefined || zone.state === "DRAFT" || zone.state === "ACTIVE") return satisfied;
    return [
      {
        reason: "ZONE_NOT_ACTIVE",
        article,
        subject: subjectOf("zone", zoneId),
        description: `The zone is ${zone.state}, not ACTIVE.`,
        remedy:
          zone.state === "CLOSED"
            ? "A closed zone stays closed: use another zone."
            : "Activate it (ZoneService.ActivateZone).",
      },
    ];
  },
};

/** Now lies in [valid from, valid until). */
export const zoneValid: Rule<ZoneQuery> = {
  reasons: ["ZONE_EXPIRED"],
  article,
  check(facts, { zoneId }, nowMs) {
    const zone = facts.zone(zoneId)?.zone;
    if (zone === undefined) return satisfied;
    if (nowMs >= zone.validFromMs && nowMs < zone.validUntilMs) return satisfied;
    const early = nowMs < zone.validFromMs;
    return [
      {
        reason: "ZONE_EXPIRED",
        article,
        subject: subjectOf("zone", zoneId),
        description: early
          ? `The zone is valid only from ${instant(zone.validFromMs)}.`
          : `The zone's validity ended at ${instant(zone.validUntilMs)}.`,
        remedy: early
          ? "Wait until then, or use a zone that is valid now."
          : "Judge the necessity anew and create a zone with new dates (ZoneService.CreateZone).",
      },
    ];
  },
};

/** The zone is for the query's purpose, in a public place, and says why that is necessary. */
export const zonePurpose: Rule<ZoneQuery> = {
  reasons: ["ZONE_PURPOSE_MISSING"],
  article,
  check(facts, { zoneId, purpose }) {
    const zone = facts.zone(zoneId)?.zone;
    if (zone === undefined) return satisfied;
    const stated = /\S/.test(zone.necessity);
    const publicPlace = placeTypes.includes(zone.placeType);
    const samePurpose = zone.purpose === purpose;
    if (stated && publicPlace && samePurpose) return satisfied;
    const gaps = [
      stated ? "" : "The zone does not state why identification is necessary for public safety.",
      publicPlace ? "" : "The zone's place type is not a public place.",
      samePurpose ? "" : "The zone is not for the purpose of this query.",
    ];
    return [
      {
        reason: "ZONE_PURPOSE_MISSING",
        article,
        subject: subjectOf("zone", zoneId),
        description: gaps.filter((gap) => gap !== "").join(" "),
        remedy: "Use a zone that states its necessity and purpose (ZoneService.CreateZone).",
      },
    ];
  },
};

function instant(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "an unknown time" : date.toISOString();
}

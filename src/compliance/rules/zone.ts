import { saysSomething } from "../../base/says.js";
import { placeTypes } from "../../store/records.js";
import { broken, kept, nothing, subjectOf } from "../violation.js";
import { instantText } from "./instant.js";
import type { Rule, ZoneQuery } from "./rule.js";

const article = "Art. 13";

/** Tells a zone that there is not from a draft. */
export const NO_SUCH_ZONE = "There is no such zone.";

/** The zone exists and has left DRAFT. */
export const zoneRegistered: Rule<ZoneQuery> = {
  reasons: ["ZONE_NOT_REGISTERED"],
  article,
  check(facts, { zoneId }) {
    const zone = facts.zone(zoneId)?.zone;
    const subject = subjectOf("zone", zoneId);
    const what = { reason: "ZONE_NOT_REGISTERED", article, subject } as const;
    if (zone === undefined) {
      const remedy = "Create, register and activate it (ZoneService.CreateZone).";
      return [broken({ ...what, description: NO_SUCH_ZONE, remedy })];
    }
    if (zone.state === "DRAFT") {
      const description = "The zone is a draft, not registered.";
      const remedy = "Register it (ZoneService.RegisterZone), then activate it.";
      return [broken({ ...what, description, remedy }, [subject])];
    }
    return [kept({ ...what, description: "The zone is registered." }, [subject])];
  },
};

/** A registered zone is ACTIVE. One that is missing or a draft is the rule's above. */
export const zoneActive: Rule<ZoneQuery> = {
  reasons: ["ZONE_NOT_ACTIVE"],
  article,
  check(facts, { zoneId }) {
    const zone = facts.zone(zoneId)?.zone;
    if (zone === undefined || zone.state === "DRAFT") return nothing;
    const subject = subjectOf("zone", zoneId);
    const what = { reason: "ZONE_NOT_ACTIVE", article, subject } as const;
    if (zone.state === "ACTIVE") {
      return [kept({ ...what, description: "The zone is ACTIVE." }, [subject])];
    }
    const description = `The zone is ${zone.state}, not ACTIVE.`;
    const remedy =
      zone.state === "CLOSED"
        ? "A closed zone stays closed: use another zone, or make one (ZoneService.CreateZone)."
        : "Activate it (ZoneService.ActivateZone).";
    return [broken({ ...what, description, remedy }, [subject])];
  },
};

/** Now lies in [valid from, valid until). */
export const zoneValid: Rule<ZoneQuery> = {
  reasons: ["ZONE_EXPIRED"],
  article,
  check(facts, { zoneId }, nowMs) {
    const zone = facts.zone(zoneId)?.zone;
    if (zone === undefined) return nothing;
    const { validFromMs, validUntilMs } = zone;
    const subject = subjectOf("zone", zoneId);
    const what = { reason: "ZONE_EXPIRED", article, subject } as const;
    if (nowMs >= validFromMs && nowMs < validUntilMs) {
      const description = `The zone is valid until ${instantText(validUntilMs)}.`;
      return [kept({ ...what, description }, [subject], validUntilMs)];
    }
    if (nowMs < validFromMs) {
      const description = `The zone is valid only from ${instantText(validFromMs)}.`;
      const remedy = "Wait until then, or give it other dates (ZoneService.UpdateZone).";
      return [broken({ ...what, description, remedy }, [subject])];
    }
    const description = `The zone's validity ended at ${instantText(validUntilMs)}.`;
    const remedy = "Judge the necessity anew and give it new dates (ZoneService.UpdateZone).";
    return [broken({ ...what, description, remedy }, [subject])];
  },
};

/** The zone is for the query's purpose, in a public place, and says why that is necessary. */
export const zonePurpose: Rule<ZoneQuery> = {
  reasons: ["ZONE_PURPOSE_MISSING"],
  article,
  check(facts, { zoneId, purpose }) {
    const zone = facts.zone(zoneId)?.zone;
    if (zone === undefined) return nothing;
    const subject = subjectOf("zone", zoneId);
    const what = { reason: "ZONE_PURPOSE_MISSING", article, subject } as const;
    const gaps: string[] = [];
    if (!saysSomething(zone.necessity)) {
      gaps.push("The zone does not state why identification is necessary for public safety.");
    }
    if (!placeTypes.includes(zone.placeType)) {
      gaps.push("The zone's place type is not a public place.");
    }
    const isForIt = zone.purpose === purpose;
    if (!isForIt) gaps.push(`The zone is for ${zone.purpose}, and this query for ${purpose}.`);
    if (gaps.length === 0) {
      const description = "The zone is a public place and states its purpose and necessity.";
      return [kept({ ...what, description }, [subject])];
    }
    const remedy =
      isForIt || gaps.length > 1
        ? "State them, or use a zone that does (ZoneService.UpdateZone)."
        : "Leave the purpose out, or send the zone's own (IdentificationService.Identify).";
    return [broken({ ...what, description: gaps.join(" "), remedy }, [subject])];
  },
};

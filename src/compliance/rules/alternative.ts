import { saysSomething } from "../../base/says.js";
import { broken, kept, nothing, subjectOf } from "../violation.js";
import type { Rule, ZoneQuery } from "./rule.js";

const article = "Art. 10";

/** A purpose that verifies who somebody is comes with another way to do so, usable by now. */
export const alternativeOffered: Rule<ZoneQuery> = {
  reasons: ["ALTERNATIVE_METHOD_MISSING"],
  article,
  check(facts, { zoneId, purpose }, nowMs) {
    const fact = facts.zone(zoneId);
    if (fact === undefined) return nothing;
    const subject = subjectOf("zone", zoneId, "alternative");
    const what = { reason: "ALTERNATIVE_METHOD_MISSING", article, subject } as const;
    if (purpose !== "PUBLIC_SAFETY_ADMISSION") {
      const description = "The purpose is not to verify identities, so no other way is needed.";
      return [kept({ ...what, description })];
    }
    const usable = fact.alternatives.filter(
      ({ description, availableFromMs }) => saysSomething(description) && availableFromMs <= nowMs,
    );
    if (usable.length > 0) {
      const records = usable.map(({ methodId }) =>
        subjectOf("zone", zoneId, "alternative", methodId),
      );
      return [kept({ ...what, description: "There is a way without a face." }, records)];
    }
    const description = "People are admitted here, and no way without a face is on record.";
    const remedy = "Offer one and record it (SafeguardService.RecordAlternativeMethod).";
    return [broken({ ...what, description, remedy })];
  },
};

import { satisfied, subjectOf, type Violation } from "../violation.js";
import type { Rule, ZoneQuery } from "./rule.js";

const article = "Art. 13";

/** Every entrance has at least one sign that is installed by now. One violation per entrance. */
export const signage: Rule<ZoneQuery> = {
  reasons: ["SIGNAGE_MISSING"],
  article,
  check(facts, { zoneId }, nowMs) {
    const fact = facts.zone(zoneId);
    if (fact === undefined) return satisfied;
    const { entrances } = fact.zone;
    if (entrances.length === 0) return [missing(subjectOf("zone", zoneId), "has no entrance")];
    let violations: Violation[] | null = null;
    for (const { entranceId } of entrances) {
      let installed = false;
      for (const sign of fact.signsAt(entranceId)) installed ||= sign.installedAtMs <= nowMs;
      if (installed) continue;
      const subject = subjectOf("zone", zoneId, "entrance", entranceId);
      violations ??= [];
      violations.push(missing(subject, "has no sign"));
    }
    return violations ?? satisfied;
  },
};

function missing(subject: string, lack: string): Violation {
  const what = lack === "has no sign" ? "The entrance" : "The zone";
  return {
    reason: "SIGNAGE_MISSING",
    article,
    subject,
    description: `${what} ${lack}, so people are not told before they are in view.`,
    remedy: "Put up a sign and record it with its photograph (SignageService.RecordSign).",
  };
}

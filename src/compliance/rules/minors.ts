import { broken, type Finding, kept, nothing } from "../violation.js";
import { isUnder14 } from "./age.js";
import { guardianGaps, remedyCall } from "./enrolment.js";
import type { Enrolment, Rule } from "./rule.js";

const article = "Art. 7";

/**
 * Whoever is enrolled on consent and is under 14, or of unknown age, has a parent's or other
 * guardian's consent.
 */
export const guardianConsents: Rule<Enrolment> = {
  reasons: ["GUARDIAN_CONSENT_REQUIRED"],
  article,
  check(_facts, { lawfulBasis, age }, nowMs) {
    if (lawfulBasis?.kind !== "consent") return nothing;
    const under14 = isUnder14(age, nowMs);
    if (under14 === false) return nothing;
    const what = {
      reason: "GUARDIAN_CONSENT_REQUIRED",
      article,
      subject: "enrolment/lawful_basis/consent/guardian",
    } as const;
    const gaps = guardianGaps(lawfulBasis.guardian, nowMs);
    if (gaps.length === 0) return [kept({ ...what, description: "A guardian consents." })];
    const who =
      under14 === true
        ? "The person is under 14"
        : "The person's age is not stated, so under 14 must be assumed";
    const orElse = under14 === true ? "" : ", or state the age of a person who is older";
    const description = `${who}, and a guardian's consent ${gaps.join(" and ")}.`;
    const remedy =
      "Obtain the consent of a parent or other guardian and send it with its evidence" +
      `${orElse} ${remedyCall}.`;
    return [broken({ ...what, description, remedy })];
  },
};

/**
 * There are special rules for the face information of persons under 14, whatever the basis: for
 * whoever is known to be, and whoever a guardian consents for without an age.
 */
export const minorRulesSet: Rule<Enrolment> = {
  reasons: ["MINOR_RULES_MISSING"],
  article,
  check(facts, { lawfulBasis, age }, nowMs) {
    const hasGuardian = lawfulBasis?.kind === "consent" && lawfulBasis.guardian !== null;
    const under14 = isUnder14(age, nowMs) ?? hasGuardian;
    if (!under14) return nothing;
    return [minorRulesFinding(facts.minorRules()?.approvedAtMs ?? Infinity, nowMs)];
  },
};

function minorRulesFinding(approvedAtMs: number, nowMs: number): Finding {
  const subject = "minor-rules";
  const what = { reason: "MINOR_RULES_MISSING", article, subject } as const;
  if (approvedAtMs <= nowMs) {
    const description = "The rules for the face information of minors are set.";
    return kept({ ...what, description }, [subject]);
  }
  return broken({
    ...what,
    description: "There are no rules for the handling of minors' face information.",
    remedy: "Make them and have them approved (SafeguardService.SetMinorRules).",
  });
}

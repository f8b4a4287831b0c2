import type { Facts, FilingFact } from "../facts.js";
import { broken, type Finding, kept } from "../violation.js";
import type { Rule } from "./rule.js";

const article = "Art. 15";
const reason = "FILING_OVERDUE";

/** The filing is not overdue, or the policy is not to stop queries for it. */
export const filingLetsIdentify: Rule<unknown> = {
  reasons: [reason],
  article,
  check: (facts) => findingsFor(facts, ["block-all"]),
};

/** The filing is not overdue, or the policy is only to warn. */
export const filingLetsEnrol: Rule<unknown> = {
  reasons: [reason],
  article,
  check: (facts) => findingsFor(facts, ["block-all", "block-enrolment"]),
};

const what = { reason, article, subject: "filing" } as const;
const notOverdue = [kept({ ...what, description: "The filing is not overdue." })];

function findingsFor(facts: Facts, stopping: readonly FilingFact["policy"][]): readonly Finding[] {
  const { overdue, policy } = facts.filing();
  if (!overdue) return notOverdue;
  if (!stopping.includes(policy)) {
    const description = `The filing is overdue; the policy in force (${policy}) lets this pass.`;
    return [kept({ ...what, description })];
  }
  return [
    broken({
      ...what,
      description: `The filing is overdue, and the policy in force is ${policy}.`,
      remedy: "File with the cyberspace authority of the province, and record that filing.",
    }),
  ];
}

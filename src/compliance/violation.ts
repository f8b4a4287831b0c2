import { CordonError } from "../base/errors.js";
import type { GateReason } from "./reasons.js";

/** One rule that is not satisfied here and now. */
export interface Violation {
  readonly reason: GateReason;
  /** Article of the Measures that the rule stands on, for example `Art. 13`. */
  readonly article: string;
  /** What it concerns, for example `zone/plaza/entrance/east`. */
  readonly subject: string;
  /** What is wrong, as a sentence. */
  readonly description: string;
  /** What would cure it, as a sentence that names the call. */
  readonly remedy: string;
}

/**
 * What a rule finds about one subject, kept or broken. The gate refuses for those that are broken;
 * the checklist shows them all.
 */
export interface Finding extends Violation {
  readonly satisfied: boolean;
  /** Records that it stands on, for example `notice/plaza/3`. */
  readonly records: readonly string[];
  /**
   * First instant at which it is no longer satisfied by the clock alone, milliseconds since the
   * epoch; Infinity when only a change ends it. From the check until then it stays satisfied.
   */
  readonly untilMs: number;
}

/** What a rule finds that has nothing to judge. */
export const nothing: readonly Finding[] = Object.freeze([]);

/** A rule that is kept, with the records that keep it and for how long they do. */
export function kept(
  what: Pick<Finding, "reason" | "article" | "subject" | "description">,
  records: readonly string[] = noRecords,
  untilMs = Infinity,
): Finding {
  // Every member by name: a spread makes an object that is ten times as slow to make.
  const { reason, article, subject, description } = what;
  return { reason, article, subject, description, remedy: "", satisfied: true, records, untilMs };
}

/** A rule that is broken, with the records that break it. */
export function broken(violation: Violation, records: readonly string[] = noRecords): Finding {
  const { reason, article, subject, description, remedy } = violation;
  const untilMs = -Infinity;
  return { reason, article, subject, description, remedy, satisfied: false, records, untilMs };
}

const noRecords: readonly string[] = Object.freeze([]);

/** What is broken, as the gate's refusal tells it. */
export function violationsIn(findings: readonly Finding[]): readonly Violation[] {
  const violations: Violation[] = [];
  for (const { satisfied, reason, article, subject, description, remedy } of findings) {
    if (!satisfied) violations.push({ reason, article, subject, description, remedy });
  }
  return violations;
}

/** The gate's no: every violation at once, in the order of the rules. Never empty. */
export interface Refusal {
  readonly act: "identify" | "enrol";
  readonly violations: readonly Violation[];
}

/** Characters of an id that are shown; a longer one is not an id, and is cut. */
const ID_SHOWN_LENGTH_MAX = 63;

/** `subjectOf("zone", "plaza", "entrance", "east")` is `zone/plaza/entrance/east`. */
export function subjectOf(first: string, ...rest: readonly string[]): string {
  let subject = shown(first);
  for (const part of rest) subject += `/${shown(part)}`;
  return subject;
}

function shown(part: string): string {
  return part.length <= ID_SHOWN_LENGTH_MAX ? part : part.slice(0, ID_SHOWN_LENGTH_MAX);
}

/**
 * A refusal as the error that leaves the engine: FAILED_PRECONDITION with the first violation's
 * reason, and one google.rpc.PreconditionFailure violation for each.
 */
export function refusalError(refusal: Refusal): CordonError {
  const { violations } = refusal;
  const reasons = [...new Set(violations.map(({ reason }) => reason))];
  const articles = [...new Set(violations.map(({ article }) => article))];
  return new CordonError({
    status: "FAILED_PRECONDITION",
    reason: reasons[0] ?? "INTERNAL",
    message: `The gate refused to ${refusal.act}: ${violations.map(sentence).join(" ")}`,
    violations: violations.map((violation) => ({
      type: violation.reason,
      subject: violation.subject,
      description: sentence(violation),
    })),
    metadata: { reasons: reasons.join(","), articles: articles.join(",") },
  });
}

function sentence({ article, description, remedy }: Violation): string {
  return `${description} (${article}) ${remedy}`;
}

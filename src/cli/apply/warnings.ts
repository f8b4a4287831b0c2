import { fieldsOf } from "./change.js";
import type { Current } from "./current.js";
import type { Expected } from "./expected.js";
import { outdates } from "./outdates.js";
import type { Planned } from "./plan.js";
import { msOf } from "./raw.js";

/** Ids that one warning names; the others are counted. */
const NAMED_MAX = 10;

/**
 * The plans, with a warning at each that changes what notices tell or assessments cover: which of
 * them stop to count, in which zones, and are not replaced in the same run. The gate refuses every
 * query there until they are (NOTICE_OUTDATED, PIA_OUTDATED).
 */
export async function withWarnings(
  plans: readonly Planned[],
  current: Current,
  expected: Expected,
): Promise<readonly Planned[]> {
  const replaced = replacedBy(plans);
  return Promise.all(
    plans.map(async (plan) => ({
      ...plan,
      warnings: await warningsOf(plan, replaced, current, expected),
    })),
  );
}

/** Zones for which a notice is published, or an assessment approved, by these plans. */
interface Replaced {
  readonly notices: ReadonlySet<string>;
  readonly assessments: ReadonlySet<string>;
}

function replacedBy(plans: readonly Planned[]): Replaced {
  const zonesOf = (kind: "Notice" | "ImpactAssessment", step: string) =>
    plans.flatMap(({ steps, located }) => {
      const document = located?.document;
      const runs = steps.some(({ name }) => name === step);
      return document?.kind === kind && runs ? document.zone_ids : [];
    });
  return {
    notices: new Set(zonesOf("Notice", "publish")),
    assessments: new Set(zonesOf("ImpactAssessment", "approve")),
  };
}

async function warningsOf(
  plan: Planned,
  replaced: Replaced,
  current: Current,
  expected: Expected,
): Promise<readonly string[]> {
  const document = plan.located?.document;
  if (plan.steps.length === 0 || document === undefined) return [];
  if (document.kind === "Operator") {
    // What fingerprint.ts takes of the operator, of whom notices tell also when there is none.
    const tells = fieldsOf(plan.changes).some((field) => field === "name" || field === "contact");
    if (plan.action !== "create" && !tells) return [];
    const open = (await current.zones()).filter(({ state }) => state !== "ZONE_STATE_CLOSED");
    return outdatedNotices(new Set(open.map(({ zoneId }) => zoneId)), replaced, current);
  }
  if (document.kind !== "Zone") return [];
  const zones = new Set([document.zone_id]);
  const { notices, assessments } = await outdates(document.zone_id, current, expected);
  return [
    ...(notices ? await outdatedNotices(zones, replaced, current) : []),
    ...(assessments ? await outdatedAssessments(zones, replaced, current, expected.nowMs) : []),
  ];
}

async function outdatedNotices(zones: Zones, replaced: Replaced, current: Current) {
  const inForce = (await current.notices())
    .filter((notice) => notice.current)
    .map(({ noticeId, zoneIds }) => ({ id: noticeId, zoneIds }));
  const until = "until one that tells the new is published (NOTICE_OUTDATED)";
  return warning("notice", inForce, zones, replaced.notices, until);
}

async function outdatedAssessments(
  zones: Zones,
  replaced: Replaced,
  current: Current,
  nowMs: number,
) {
  const inForce = (await current.assessments())
    .filter(({ state, validUntil }) => {
      return state === "ASSESSMENT_STATE_APPROVED" && (msOf(validUntil) ?? 0) > nowMs;
    })
    .map(({ assessmentId, zoneIds }) => ({ id: assessmentId, zoneIds }));
  const until = "until one of the new is approved (PIA_OUTDATED)";
  return warning("assessment", inForce, zones, replaced.assessments, until);
}

type Zones = ReadonlySet<string>;

/** One sentence, or none when nothing is outdated. */
function warning(
  what: string,
  inForce: readonly { readonly id: string; readonly zoneIds: readonly string[] }[],
  changed: Zones,
  replaced: Zones,
  until: string,
): readonly string[] {
  const affected = new Set<string>();
  const outdated = inForce.filter(({ zoneIds }) => {
    const here = zoneIds.filter((zoneId) => changed.has(zoneId) && !replaced.has(zoneId));
    for (const zoneId of here) affected.add(zoneId);
    return here.length > 0;
  });
  if (outdated.length === 0) return [];
  const records = list(
    what,
    outdated.map(({ id }) => id),
  );
  const where = list("zone", [...affected]);
  return [`outdates ${records} in ${where}: the gate refuses every query there ${until}`];
}

/** `zone a`, `zones a, b`, `zones a, b and 5 more`. */
function list(what: string, ids: readonly string[]): string {
  const shown = ids.slice(0, NAMED_MAX).join(", ");
  const more = ids.length > NAMED_MAX ? ` and ${ids.length - NAMED_MAX} more` : "";
  return `${what}${ids.length === 1 ? "" : "s"} ${shown}${more}`;
}

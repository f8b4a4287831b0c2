import { noticeItems, type Sign } from "../../store/records.js";
import { NEAR_ZONE_M_MAX } from "../checks.js";
import { isNear } from "../containment.js";
import type { ZoneFact } from "../facts.js";
import { broken, type Finding, kept, nothing, subjectOf } from "../violation.js";
import { instantText } from "./instant.js";
import type { Rule, ZoneQuery } from "./rule.js";

const article = "Art. 13";
const DAY_MS = 86_400_000;
const sha256Hex = /^[0-9a-f]{64}$/;
const reasons = ["SIGNAGE_MISSING", "SIGNAGE_STALE", "SIGNAGE_INCOMPLETE"] as const;

/**
 * Every entrance has at least one good sign: up by now, in or near the zone, with a photograph and
 * all five items of Art. 5, inspected within the zone's interval. Where an entrance has none, each
 * fault of each of its signs is a finding.
 */
export const signage: Rule<ZoneQuery> = {
  reasons,
  article,
  check(facts, { zoneId }, nowMs) {
    const fact = facts.zone(zoneId);
    if (fact === undefined) return nothing;
    const { entrances } = fact.zone;
    if (entrances.length === 0) {
      const description = "The zone has no entrance on record, so nobody can be told at one.";
      const remedy = "Record every way in (ZoneService.UpdateZone), and a sign at each.";
      return [missing(subjectOf("zone", zoneId), description, remedy)];
    }
    return entrances.flatMap(({ entranceId }) => atEntrance(fact, entranceId, nowMs));
  },
};

function atEntrance(fact: ZoneFact, entranceId: string, nowMs: number): readonly Finding[] {
  const subject = subjectOf("zone", fact.zone.zoneId, "entrance", entranceId);
  const up = fact.signsAt(entranceId).filter((sign) => sign.installedAtMs <= nowMs);
  if (up.length === 0) {
    const description = "The entrance has no sign, so people are not told before they are in view.";
    return [missing(subject, description, remedies.record)];
  }
  const faults: Finding[] = [];
  let best: Sign | null = null;
  for (const sign of up) {
    const found = faultsOf(sign, fact, nowMs);
    faults.push(...found);
    const good = found.length === 0;
    if (good && sign.inspectedAtMs > (best?.inspectedAtMs ?? -Infinity)) best = sign;
  }
  return best === null ? faults : keptBy(best, subject, dueAtMs(best, fact));
}

/** First instant at which the sign is stale. */
function dueAtMs(sign: Sign, { zone }: ZoneFact): number {
  return sign.inspectedAtMs + zone.inspectionIntervalDays * DAY_MS;
}

function keptBy(sign: Sign, subject: string, untilMs: number): readonly Finding[] {
  const records = [signSubject(sign)];
  const due = instantText(untilMs);
  return [
    kept(
      { reason: "SIGNAGE_MISSING", article, subject, description: "The entrance has a sign." },
      records,
    ),
    kept(
      {
        reason: "SIGNAGE_STALE",
        article,
        subject,
        description: `The sign's next inspection is due before ${due}.`,
      },
      records,
      untilMs,
    ),
    kept(
      {
        reason: "SIGNAGE_INCOMPLETE",
        article,
        subject,
        description: "The sign has its photograph and the five items of Art. 5.",
      },
      records,
    ),
  ];
}

function faultsOf(sign: Sign, fact: ZoneFact, nowMs: number): readonly Finding[] {
  const subject = signSubject(sign);
  const faults: Finding[] = [];
  if (!isNear(fact.geofence, sign.position, NEAR_ZONE_M_MAX)) {
    const description = `The sign stands more than ${NEAR_ZONE_M_MAX} m away from the zone.`;
    faults.push(missing(subject, description, remedies.record, [subject]));
  }
  const dueMs = dueAtMs(sign, fact);
  // Not `nowMs >= dueMs`: a sign whose inspection is no number is stale.
  if (!(nowMs < dueMs)) {
    const description = `The sign's inspection was due before ${instantText(dueMs)}.`;
    const remedy = remedies.inspect;
    const what = { reason: "SIGNAGE_STALE", article, subject, description, remedy } as const;
    faults.push(broken(what, [subject]));
  }
  const gaps = noticeItems.filter((item) => !sign.items.includes(item)).map(String);
  if (!sha256Hex.test(sign.photoSha256)) gaps.push("the photograph");
  if (gaps.length > 0) {
    const description = `The sign lacks ${gaps.join(", ")}.`;
    const remedy = remedies.complete;
    const what = { reason: "SIGNAGE_INCOMPLETE", article, subject, description, remedy } as const;
    faults.push(broken(what, [subject]));
  }
  return faults;
}

function missing(
  subject: string,
  description: string,
  remedy: string,
  records: readonly string[] = [],
): Finding {
  return broken({ reason: "SIGNAGE_MISSING", article, subject, description, remedy }, records);
}

function signSubject({ zoneId, signId }: Sign): string {
  return subjectOf("zone", zoneId, "sign", signId);
}

const remedies = {
  record: "Put up a sign and record it with its photograph (SignageService.RecordSign).",
  inspect: "Inspect it and record that (SignageService.InspectSign).",
  complete: "Complete the sign and record it anew (SignageService.RecordSign).",
};

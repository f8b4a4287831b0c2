import type { Notice } from "../../store/gate-records.js";
import type { ZoneFact } from "../facts.js";
import { broken, type Finding, kept, nothing, subjectOf } from "../violation.js";
import type { Rule, ZoneQuery } from "./rule.js";

const article = "Art. 5";

/**
 * A notice is in force for the zone and still tells the truth about it. Of several in force, one
 * that is true is enough; where none is, the finding is about the one published last.
 */
export const noticeInForce: Rule<ZoneQuery> = {
  reasons: ["NOTICE_MISSING", "NOTICE_OUTDATED"],
  article,
  check(facts, { zoneId }, nowMs) {
    const fact = facts.zone(zoneId);
    if (fact === undefined) return nothing;
    const subject = subjectOf("zone", zoneId, "notice");
    const inForce = fact.notices.filter((notice) => isInForce(notice, nowMs));
    const latest = latestOf(inForce);
    if (latest === null) return [missing(subject)];
    const truthful = latestOf(inForce.filter((notice) => tellsTruth(notice, fact)));
    return truthful === null ? [outdated(latest)] : upToDate(subject, truthful);
  },
};

/** Published by now, and not withdrawn. Only the newest version of a notice is ever asked about. */
export function isInForce(notice: Notice, nowMs: number): boolean {
  return notice.withdrawnAtMs === null && notice.publishedAtMs <= nowMs;
}

/** What the notice tells of the zone has not changed since, not even to be changed back. */
export function tellsTruth(
  { fingerprints }: Notice,
  { zone, noticeFingerprint }: ZoneFact,
): boolean {
  return fingerprints[zone.zoneId] === noticeFingerprint;
}

/** `notice/plaza/3` */
export function noticeSubject(noticeId: string, version: number): string {
  return subjectOf("notice", noticeId, String(version));
}

function latestOf(notices: readonly Notice[]): Notice | null {
  let latest: Notice | null = null;
  for (const notice of notices) {
    if (latest === null || notice.publishedAtMs > latest.publishedAtMs) latest = notice;
  }
  return latest;
}

function missing(subject: string): Finding {
  return broken({
    reason: "NOTICE_MISSING",
    article,
    subject,
    description: "No notice is in force for the zone.",
    remedy: "Publish one with the five items of Art. 5 (NoticeService.PublishNotice).",
  });
}

function outdated({ noticeId, version }: Notice): Finding {
  const subject = noticeSubject(noticeId, version);
  const what = {
    reason: "NOTICE_OUTDATED",
    article,
    subject,
    description:
      "The operator, or the zone's purpose, method, necessity or retention, has changed since " +
      "the notice was published.",
    remedy: "Publish a version that tells what has changed (NoticeService.PublishNotice).",
  } as const;
  return broken(what, [subject]);
}

function upToDate(subject: string, { noticeId, version }: Notice): readonly Finding[] {
  const records = [noticeSubject(noticeId, version)];
  const inForce = "A notice is in force for the zone.";
  const truthful = "The notice tells the operator, purpose, method and retention as they are.";
  return [
    kept({ reason: "NOTICE_MISSING", article, subject, description: inForce }, records),
    kept({ reason: "NOTICE_OUTDATED", article, subject, description: truthful }, records),
  ];
}

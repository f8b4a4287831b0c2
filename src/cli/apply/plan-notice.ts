import type { Notice__Output } from "../../api/generated/cordon/v1/Notice.js";
import { validateNotice } from "../../compliance/validate-notice.js";
import { type NoticeDocument, noticeRequest } from "../documents/notice.js";
import { shortName } from "../output.js";
import { changesOf, type SeenRecord } from "./change.js";
import { createOrUpdate, judged, Phase, type Planner } from "./plan.js";
import { rawNotice } from "./raw.js";
import { seenMap, seenSet } from "./seen.js";

/**
 * Publishes a new version when what it tells, its zones or its formats differ from the newest one,
 * or when that was withdrawn. The same text is never published twice: whether it is still true
 * after a zone changed is for people to say.
 */
export const planNotice: Planner<NoticeDocument> = async (document, current, expected) => {
  const newest = await current.notice(document.notice_id);
  const found = newest === null || newest.withdrawTime !== null ? null : newest;
  const changes = changesOf(found && seenFound(found), seenWanted(document));
  const made = createOrUpdate(found !== null, changes, {
    phase: Phase.notice,
    name: "publish",
    run: (client) => client.notice.publishNotice({ notice: noticeRequest(document) }),
  });
  const isZone = await expected.zones(document.zone_ids);
  const outcome = judged(made, validateNotice(rawNotice(document), isZone));
  if (newest === null || outcome.steps.length === 0) return outcome;
  const note = `becomes version ${newest.version + 1}; consents to the versions before no longer count`;
  return { ...outcome, action: "update", notes: [note] };
};

function seenWanted(notice: NoticeDocument): SeenRecord {
  return {
    zone_ids: seenSet(notice.zone_ids),
    accessible_formats: seenSet(notice.accessible_formats),
    texts: seenMap(
      notice.texts,
      ({ language }) => canonical(language),
      ({ language: _, ...items }) => items,
    ),
  };
}

/** A language as the server writes it: `zh-cn` is kept as `zh-CN`. */
function canonical(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? language;
  } catch {
    // It is no language tag, which the judgement tells.
    return language;
  }
}

function seenFound(notice: Notice__Output): SeenRecord {
  return {
    zone_ids: seenSet(notice.zoneIds),
    accessible_formats: seenSet(
      notice.accessibleFormats.map((format) => shortName(format, "ACCESSIBLE_FORMAT_")),
    ),
    texts: seenMap(
      notice.texts,
      ({ language }) => language,
      ({ processor, purposeMethodRetention, necessityImpact, rights, other }) => ({
        processor,
        purpose_method_retention: purposeMethodRetention,
        necessity_impact: necessityImpact,
        rights,
        other,
      }),
    ),
  };
}

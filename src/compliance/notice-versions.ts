import type { Notice } from "../store/gate-records.js";

/** Every version of every notice that is on record. */
export interface NoticeVersions {
  /** The version with the highest number, withdrawn or not. */
  newest(noticeId: string): Notice | undefined;
  /** Every zone that a version of the notice names. */
  zoneIds(noticeId: string): readonly string[];
  put(notice: Notice): void;
  delete(notice: Notice): void;
}

export function createNoticeVersions(): NoticeVersions {
  /** Each list with the newest first. */
  const notices = new Map<string, readonly Notice[]>();
  const versions = (noticeId: string) => notices.get(noticeId) ?? [];
  const others = ({ noticeId, version }: Notice) =>
    versions(noticeId).filter((own) => own.version !== version);
  return {
    newest: (noticeId) => notices.get(noticeId)?.[0],
    zoneIds: (noticeId) => [...new Set(versions(noticeId).flatMap(({ zoneIds }) => zoneIds))],
    put(notice) {
      const sorted = [notice, ...others(notice)].sort((a, b) => b.version - a.version);
      notices.set(notice.noticeId, sorted);
    },
    delete(notice) {
      const left = others(notice);
      if (left.length === 0) notices.delete(notice.noticeId);
      else notices.set(notice.noticeId, left);
    },
  };
}

import type { Notice } from "../../store/gate-records.js";
import type { NoticeView } from "../../usecases/notices.js";
import type { Notice as NoticeMessage } from "../generated/cordon/v1/Notice.js";
import { toTimestamp, toTimestampOrNull } from "../mapping.js";

export function fromNotice({ notice, current }: NoticeView): NoticeMessage {
  return {
    noticeId: notice.noticeId,
    version: notice.version,
    zoneIds: [...notice.zoneIds],
    texts: [...notice.texts],
    accessibleFormats: notice.accessibleFormats.map(fromFormat),
    publishTime: toTimestamp(notice.publishedAtMs),
    withdrawTime: toTimestampOrNull(notice.withdrawnAtMs),
    current,
  };
}

function fromFormat(format: Notice["accessibleFormats"][number]) {
  return `ACCESSIBLE_FORMAT_${format}` as const;
}

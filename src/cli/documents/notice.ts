import { z } from "zod";
import type { AccessibleFormat } from "../../api/generated/cordon/v1/AccessibleFormat.js";
import type { Notice } from "../../api/generated/cordon/v1/Notice.js";
import { accessibleFormats } from "../words.js";
import { id, listOf, oneOf, text } from "./fields.js";

/** `kind: Notice`: what people are told, in every language in which it is shown. */
export const noticeSchema = () =>
  z.strictObject({
    kind: z.literal("Notice"),
    notice_id: id,
    zone_ids: listOf(id).min(1),
    accessible_formats: listOf(oneOf(accessibleFormats)).default([]),
    texts: listOf(
      z.strictObject({
        language: z.string().min(2),
        processor: text,
        purpose_method_retention: text,
        necessity_impact: text,
        rights: text,
        other: text,
      }),
    ).min(1),
  });

export type NoticeDocument = z.output<ReturnType<typeof noticeSchema>>;

export function noticeRequest(notice: NoticeDocument): Notice {
  return {
    noticeId: notice.notice_id,
    zoneIds: [...notice.zone_ids],
    accessibleFormats: notice.accessible_formats.map(
      (format) => `ACCESSIBLE_FORMAT_${format}` as AccessibleFormat,
    ),
    texts: notice.texts.map(({ purpose_method_retention, necessity_impact, ...text }) => ({
      ...text,
      purposeMethodRetention: purpose_method_retention,
      necessityImpact: necessity_impact,
    })),
  };
}

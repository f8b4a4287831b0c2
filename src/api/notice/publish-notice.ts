import { invalidField } from "../../base/errors.js";
import type { Engine } from "../../usecases/engine.js";
import { publishNotice } from "../../usecases/notices.js";
import type { Unary } from "../context.js";
import type { PublishNoticeRequest__Output } from "../generated/cordon/v1/PublishNoticeRequest.js";
import type { PublishNoticeResponse } from "../generated/cordon/v1/PublishNoticeResponse.js";
import { wordOf } from "../mapping.js";
import { fromNotice } from "./notice.js";

export function publishNoticeRpc(
  engine: Engine,
): Unary<PublishNoticeRequest__Output, PublishNoticeResponse> {
  return async ({ notice }, { caller }) => {
    if (notice === null) throw invalidField("notice", "is required");
    const { noticeId, zoneIds, texts } = notice;
    const accessibleFormats = notice.accessibleFormats.map((format) =>
      wordOf(format, "ACCESSIBLE_FORMAT_"),
    );
    const raw = { noticeId, zoneIds, texts, accessibleFormats };
    return { notice: fromNotice(await publishNotice(engine, raw, caller)) };
  };
}

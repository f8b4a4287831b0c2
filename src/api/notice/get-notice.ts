import type { Engine } from "../../usecases/engine.js";
import { getNotice } from "../../usecases/notices.js";
import type { Unary } from "../context.js";
import type { GetNoticeRequest__Output } from "../generated/cordon/v1/GetNoticeRequest.js";
import type { GetNoticeResponse } from "../generated/cordon/v1/GetNoticeResponse.js";
import { fromNotice } from "./notice.js";

export function getNoticeRpc(engine: Engine): Unary<GetNoticeRequest__Output, GetNoticeResponse> {
  return async ({ noticeId, version }) => ({
    notice: fromNotice(await getNotice(engine, noticeId, version === 0 ? null : version)),
  });
}

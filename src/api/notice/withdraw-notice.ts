import type { Engine } from "../../usecases/engine.js";
import { withdrawNotice } from "../../usecases/notices.js";
import type { Unary } from "../context.js";
import type { WithdrawNoticeRequest__Output } from "../generated/cordon/v1/WithdrawNoticeRequest.js";
import type { WithdrawNoticeResponse } from "../generated/cordon/v1/WithdrawNoticeResponse.js";
import { fromNotice } from "./notice.js";

export function withdrawNoticeRpc(
  engine: Engine,
): Unary<WithdrawNoticeRequest__Output, WithdrawNoticeResponse> {
  return async ({ noticeId }, { caller }) => ({
    notice: fromNotice(await withdrawNotice(engine, noticeId, caller)),
  });
}

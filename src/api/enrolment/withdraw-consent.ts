import type { Engine } from "../../usecases/engine.js";
import { withdrawConsent } from "../../usecases/erasures.js";
import type { Unary } from "../context.js";
import type { WithdrawConsentRequest__Output } from "../generated/cordon/v1/WithdrawConsentRequest.js";
import type { WithdrawConsentResponse } from "../generated/cordon/v1/WithdrawConsentResponse.js";
import { toMs, toTimestamp } from "../mapping.js";
import { fromReceipt } from "./receipt.js";

export function withdrawConsentRpc(
  engine: Engine,
): Unary<WithdrawConsentRequest__Output, WithdrawConsentResponse> {
  return async ({ personId, withdrawTime, channel }, { caller }) => {
    const withdrawnAtMs = toMs(withdrawTime, "withdraw_time");
    const erasure = await withdrawConsent(engine, { personId, withdrawnAtMs, channel }, caller);
    const { templatesErased, erasedAtMs, receipt } = erasure;
    const eraseTime = toTimestamp(erasedAtMs);
    return { templatesErased, eraseTime, receipt: fromReceipt(receipt) };
  };
}

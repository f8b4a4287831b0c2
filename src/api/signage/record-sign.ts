import { invalidField } from "../../base/errors.js";
import type { Engine } from "../../usecases/engine.js";
import { recordSign } from "../../usecases/signage.js";
import type { Unary } from "../context.js";
import type { RecordSignRequest__Output } from "../generated/cordon/v1/RecordSignRequest.js";
import type { RecordSignResponse } from "../generated/cordon/v1/RecordSignResponse.js";
import { toMs, toRawPosition, wordOf } from "../mapping.js";
import { fromSign } from "./sign.js";

export function recordSignRpc(
  engine: Engine,
): Unary<RecordSignRequest__Output, RecordSignResponse> {
  return async ({ sign }, { caller }) => {
    if (sign === null) throw invalidField("sign", "is required");
    const { signId, zoneId, entranceId, photoSha256 } = sign;
    const position = toRawPosition(sign.position, "sign.position");
    const installedAtMs = toMs(sign.installTime, "sign.install_time");
    const items = sign.items.map((item) => wordOf(item, "NOTICE_ITEM_"));
    const raw = { signId, zoneId, entranceId, photoSha256, position, installedAtMs, items };
    return { sign: fromSign(await recordSign(engine, raw, caller)) };
  };
}

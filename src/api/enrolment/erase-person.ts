import type { Engine } from "../../usecases/engine.js";
import { erasePerson } from "../../usecases/erasures.js";
import type { Unary } from "../context.js";
import type { ErasePersonRequest__Output } from "../generated/cordon/v1/ErasePersonRequest.js";
import type { ErasePersonResponse } from "../generated/cordon/v1/ErasePersonResponse.js";
import { toTimestamp } from "../mapping.js";
import { fromReceipt } from "./receipt.js";

export function erasePersonRpc(
  engine: Engine,
): Unary<ErasePersonRequest__Output, ErasePersonResponse> {
  return async (request, { caller }) => {
    const erasure = await erasePerson(engine, request, caller);
    const { personId, templatesErased, erasedAtMs, receipt } = erasure;
    const eraseTime = toTimestamp(erasedAtMs);
    return { personId, templatesErased, eraseTime, receipt: fromReceipt(receipt) };
  };
}

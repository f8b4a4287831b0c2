import type { Engine } from "../../usecases/engine.js";
import { getErasureReceipt } from "../../usecases/erasures.js";
import type { Unary } from "../context.js";
import type { GetErasureReceiptRequest__Output } from "../generated/cordon/v1/GetErasureReceiptRequest.js";
import type { GetErasureReceiptResponse } from "../generated/cordon/v1/GetErasureReceiptResponse.js";
import { fromReceipt } from "./receipt.js";

export function getErasureReceiptRpc(
  engine: Engine,
): Unary<GetErasureReceiptRequest__Output, GetErasureReceiptResponse> {
  return async ({ personId }) => ({
    receipt: fromReceipt(await getErasureReceipt(engine, personId)),
  });
}

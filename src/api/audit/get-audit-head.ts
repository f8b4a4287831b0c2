import { signedHead } from "../../usecases/audit-records.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { GetAuditHeadRequest__Output } from "../generated/cordon/v1/GetAuditHeadRequest.js";
import type { GetAuditHeadResponse } from "../generated/cordon/v1/GetAuditHeadResponse.js";

export function getAuditHeadRpc(
  engine: Engine,
): Unary<GetAuditHeadRequest__Output, GetAuditHeadResponse> {
  return async () => {
    const { payload, signature, publicKey } = signedHead(engine);
    const bytes = { signature: Buffer.from(signature), publicKey: Buffer.from(publicKey) };
    return { checkpoint: { payload, ...bytes } };
  };
}

import { verifyAudit } from "../../usecases/audit-records.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { VerifyAuditRequest__Output } from "../generated/cordon/v1/VerifyAuditRequest.js";
import type { VerifyAuditResponse } from "../generated/cordon/v1/VerifyAuditResponse.js";

export function verifyAuditRpc(
  engine: Engine,
): Unary<VerifyAuditRequest__Output, VerifyAuditResponse> {
  return async (_request, { caller, signal }) => {
    const result = await verifyAudit(engine, caller, signal);
    if (result.ok) {
      const { records, checkpoints, firstSeq } = result;
      return { intact: true, records, checkpoints, firstSeq };
    }
    const { seq, file, line, offsetBytes, fault } = result.broken;
    return {
      intact: false,
      brokenSeq: seq,
      brokenFile: file,
      fault: `line ${line}, byte ${offsetBytes}: ${fault}`,
    };
  };
}

import { invalidField } from "../../base/errors.js";
import { recordEgressBasis } from "../../usecases/egress-bases.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { RecordEgressBasisRequest__Output } from "../generated/cordon/v1/RecordEgressBasisRequest.js";
import type { RecordEgressBasisResponse } from "../generated/cordon/v1/RecordEgressBasisResponse.js";
import { toMs } from "../mapping.js";
import { fromBasis } from "./egress-basis.js";

export function recordEgressBasisRpc(
  engine: Engine,
): Unary<RecordEgressBasisRequest__Output, RecordEgressBasisResponse> {
  return async ({ basis }, { caller }) => {
    if (basis === null) throw invalidField("basis", "is required");
    const raw = { ...basis, validUntilMs: toMs(basis.validUntil, "basis.valid_until") };
    return { basis: fromBasis(await recordEgressBasis(engine, raw, caller)) };
  };
}

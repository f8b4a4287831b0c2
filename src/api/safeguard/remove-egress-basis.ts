import { removeEgressBasis } from "../../usecases/egress-bases.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { RemoveEgressBasisRequest__Output } from "../generated/cordon/v1/RemoveEgressBasisRequest.js";
import type { RemoveEgressBasisResponse } from "../generated/cordon/v1/RemoveEgressBasisResponse.js";

export function removeEgressBasisRpc(
  engine: Engine,
): Unary<RemoveEgressBasisRequest__Output, RemoveEgressBasisResponse> {
  return async ({ zoneId, basisId }, { caller }) => {
    await removeEgressBasis(engine, zoneId, basisId, caller);
    return {};
  };
}

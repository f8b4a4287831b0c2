import type { Engine } from "../../usecases/engine.js";
import { erasePerson } from "../../usecases/persons.js";
import type { Unary } from "../context.js";
import type { ErasePersonRequest__Output } from "../generated/cordon/v1/ErasePersonRequest.js";
import type { ErasePersonResponse } from "../generated/cordon/v1/ErasePersonResponse.js";
import { toTimestamp } from "../mapping.js";

export function erasePersonRpc(
  engine: Engine,
): Unary<ErasePersonRequest__Output, ErasePersonResponse> {
  return async ({ personId }, { caller }) => {
    const { templatesErased, erasedAtMs } = await erasePerson(engine, personId, caller);
    return { personId, templatesErased, eraseTime: toTimestamp(erasedAtMs) };
  };
}

import { actorOf, type Engine } from "../../usecases/engine.js";
import { recountPersons } from "../../usecases/filing/recount.js";
import type { Unary } from "../context.js";
import type { RecountPersonsRequest__Output } from "../generated/cordon/v1/RecountPersonsRequest.js";
import type { RecountPersonsResponse } from "../generated/cordon/v1/RecountPersonsResponse.js";

export function recountPersonsRpc(
  engine: Engine,
): Unary<RecountPersonsRequest__Output, RecountPersonsResponse> {
  return async (_request, { caller }) => {
    const { counted, expected } = await recountPersons(engine, actorOf(caller));
    return { counted: counted.persons, expected: expected.persons };
  };
}

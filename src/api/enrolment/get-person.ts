import type { Engine } from "../../usecases/engine.js";
import { getPerson } from "../../usecases/persons.js";
import type { Unary } from "../context.js";
import type { GetPersonRequest__Output } from "../generated/cordon/v1/GetPersonRequest.js";
import type { GetPersonResponse } from "../generated/cordon/v1/GetPersonResponse.js";
import { fromPerson } from "./person.js";

export function getPersonRpc(engine: Engine): Unary<GetPersonRequest__Output, GetPersonResponse> {
  return async ({ personId }) => ({ person: fromPerson(await getPerson(engine, personId)) });
}

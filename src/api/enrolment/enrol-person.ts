import { refusalError } from "../../compliance/violation.js";
import type { Engine } from "../../usecases/engine.js";
import { enrol } from "../../usecases/enrol.js";
import type { Unary } from "../context.js";
import type { EnrolPersonRequest__Output } from "../generated/cordon/v1/EnrolPersonRequest.js";
import type { EnrolPersonResponse } from "../generated/cordon/v1/EnrolPersonResponse.js";
import { toEnrolRequest } from "./enrol-request.js";
import { fromEnrolled } from "./enrolled.js";

export function enrolPersonRpc(
  engine: Engine,
): Unary<EnrolPersonRequest__Output, EnrolPersonResponse> {
  return async (request, { caller, signal }) => {
    const outcome = await enrol(engine, toEnrolRequest(request), caller, signal);
    if (outcome.refused) throw refusalError(outcome.refusal);
    return fromEnrolled(outcome);
  };
}

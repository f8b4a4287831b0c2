import type { QueryOutcome } from "../../usecases/answer-query.js";
import { fromError } from "../failure.js";
import type { IdentifyResult } from "../generated/cordon/v1/IdentifyResult.js";
import { toResponse } from "./answer.js";

/** The outcome of one query of several, under its tag. */
export function toResult(tag: number, outcome: QueryOutcome, modelPack: string): IdentifyResult {
  if ("error" in outcome) return { tag, failure: fromError(outcome.error) };
  return { tag, answer: toResponse(outcome.answer, modelPack) };
}

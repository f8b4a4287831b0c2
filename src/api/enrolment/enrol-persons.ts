import { invalidField, toCordonError } from "../../base/errors.js";
import { refusalError } from "../../compliance/violation.js";
import type { Engine } from "../../usecases/engine.js";
import {
  type EnrolManyAnswer,
  type EnrolManyRequest,
  enrolMany,
} from "../../usecases/enrol-many.js";
import type { Bidi } from "../context.js";
import type { EnrolPersonsRequest__Output } from "../generated/cordon/v1/EnrolPersonsRequest.js";
import type { EnrolPersonsResponse } from "../generated/cordon/v1/EnrolPersonsResponse.js";
import { guardRequest } from "../guard.js";
import { toEnrolRequest } from "./enrol-request.js";
import { fromEnrolled } from "./enrolled.js";
import { fromRefusal } from "./refusal.js";

/** What is wrong with one person is that person's refusal, and the stream goes on. */
export function enrolPersonsRpc(
  engine: Engine,
): Bidi<EnrolPersonsRequest__Output, EnrolPersonsResponse> {
  return async function* (requests, { caller, signal }) {
    for await (const answer of enrolMany(engine, readAll(requests), caller, signal)) {
      yield toResponse(answer);
    }
  };
}

async function* readAll(requests: AsyncIterable<EnrolPersonsRequest__Output>) {
  for await (const message of requests) yield read(message);
}

function read({ person }: EnrolPersonsRequest__Output): EnrolManyRequest {
  const requestId = requestIdOf(person?.requestId ?? "");
  try {
    if (person === null) throw invalidField("person", "is required");
    guardRequest(person);
    if (requestId === "") {
      throw invalidField("request_id", "is required: the answers do not come in the order sent");
    }
    return { requestId, request: toEnrolRequest(person) };
  } catch (thrown) {
    return { requestId, error: toCordonError(thrown) };
  }
}

/** What an answer may repeat; empty for what is no id. */
function requestIdOf(requestId: string): string {
  try {
    guardRequest({ requestId });
    return requestId;
  } catch {
    return "";
  }
}

function toResponse(answer: EnrolManyAnswer): EnrolPersonsResponse {
  const { requestId } = answer;
  if ("error" in answer) {
    return { requestId, refused: fromRefusal(answer.error, answer) };
  }
  const { outcome } = answer;
  if (!outcome.refused) return { requestId, enrolled: fromEnrolled(outcome) };
  const error = refusalError(outcome.refusal);
  return { requestId, refused: fromRefusal(error, { suspects: [], reviewId: "" }) };
}

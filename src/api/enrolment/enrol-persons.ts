import { invalidField, toCordonError } from "../../base/errors.js";
import { refusalError } from "../../compliance/violation.js";
import type { Engine } from "../../usecases/engine.js";
import {
  type EnrolGroup,
  type EnrolManyAnswer,
  type EnrolManyRequest,
  enrolMany,
} from "../../usecases/enrol-many.js";
import type { Bidi } from "../context.js";
import type { EnrolPersonRequest__Output } from "../generated/cordon/v1/EnrolPersonRequest.js";
import type { EnrolPersonsAnswer } from "../generated/cordon/v1/EnrolPersonsAnswer.js";
import type { EnrolPersonsRequest__Output } from "../generated/cordon/v1/EnrolPersonsRequest.js";
import type { EnrolPersonsResponse } from "../generated/cordon/v1/EnrolPersonsResponse.js";
import { guardRequest } from "../guard.js";
import { wireSizeOf } from "../wire-size.js";
import { toEnrolRequest } from "./enrol-request.js";
import { fromEnrolled } from "./enrolled.js";
import { fromRefusal } from "./refusal.js";

/** Persons in one message at most. */
export const PERSONS_PER_MESSAGE_MAX = 64;

/**
 * What is wrong with one person is that person's refusal, and the stream goes on. A message that
 * is no list of persons ends it.
 */
export function enrolPersonsRpc(
  engine: Engine,
): Bidi<EnrolPersonsRequest__Output, EnrolPersonsResponse> {
  return async function* (requests, { caller, signal }) {
    const groups = enrolMany(engine, readAll(requests), caller, signal);
    for await (const { together, answers } of groups) {
      if (together) yield { answers: answers.map(toAnswer) };
      else for (const answer of answers) yield toAnswer(answer);
    }
  };
}

async function* readAll(requests: AsyncIterable<EnrolPersonsRequest__Output>) {
  for await (const message of requests) yield readMessage(message);
}

function readMessage(message: EnrolPersonsRequest__Output): EnrolGroup {
  const { person, persons } = message;
  // Those that handed it on hold it until the next one comes, and what it held shall be gone then.
  message.person = null;
  message.persons = [];
  const sizeBytes = wireSizeOf(message);
  if (persons.length === 0) return { together: false, requests: [read(person)], sizeBytes };
  if (person !== null) throw invalidField("persons", "must not come with a person, too");
  if (persons.length > PERSONS_PER_MESSAGE_MAX) {
    const description = `must be at most ${PERSONS_PER_MESSAGE_MAX}, are ${persons.length}`;
    throw invalidField("persons", description);
  }
  return { together: true, requests: persons.map(read), sizeBytes };
}

function read(person: EnrolPersonRequest__Output | null): EnrolManyRequest {
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

function toAnswer(answer: EnrolManyAnswer): EnrolPersonsAnswer {
  const { requestId } = answer;
  if ("error" in answer) {
    return { requestId, refused: fromRefusal(answer.error, answer) };
  }
  const { outcome } = answer;
  if (!outcome.refused) return { requestId, enrolled: fromEnrolled(outcome) };
  const error = refusalError(outcome.refusal);
  return { requestId, refused: fromRefusal(error, { suspects: [], reviewId: "" }) };
}

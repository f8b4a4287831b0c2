import { setTimeout } from "node:timers/promises";
import type { EnrolPersonRequest } from "../api/generated/cordon/v1/EnrolPersonRequest.js";
import type { CordonClient } from "../transport/client/client.js";
import { toClientError } from "../transport/client/error.js";
import {
  type EnrolTerms,
  enrolOne,
  type PersonFiles,
  refusedHere,
  type Send,
} from "./enrol-batch.js";
import type { EnrolOutcome } from "./enrol-outcome.js";
import { suspectsOf } from "./enrol-resolution.js";
import type { Session } from "./session.js";

/** Enrols one person by a call of its own. */
export async function enrolSingle(
  session: Session,
  client: CordonClient,
  person: PersonFiles,
  terms: EnrolTerms,
): Promise<EnrolOutcome> {
  const { signal } = session;
  const wait = async (ms: number) => void (await setTimeout(ms, undefined, { signal }));
  const result = await enrolOne(unary(client), person, terms, wait);
  return { results: [result], pending: [], stopped: null };
}

function unary(client: CordonClient): Send {
  return async (_requestId, request) => {
    let message: EnrolPersonRequest;
    try {
      message = request();
    } catch (thrown) {
      return refusedHere(thrown);
    }
    try {
      const answer = await client.enrolment.enrolPerson(message);
      const { personId, templates, alreadyEnrolled: already, mergeId } = answer;
      return { enrolled: true, personId, templates: templates.length, already, mergeId };
    } catch (thrown) {
      const error = toClientError(thrown);
      return { enrolled: false, error, suspects: suspectsOf(error), reviewId: "" };
    }
  };
}

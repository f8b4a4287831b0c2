import { invalidField } from "../../base/errors.js";
import type { Enrolment } from "../../compliance/rules/rule.js";
import { ageBands } from "../../store/person-records.js";
import type { EnrolPersonRequest__Output } from "../generated/cordon/v1/EnrolPersonRequest.js";
import { wordOf } from "../mapping.js";

/** How old the person is, as the caller states it; null when nothing is stated. */
export function toAge(
  request: Pick<EnrolPersonRequest__Output, "age" | "birthDate" | "ageBand">,
): Enrolment["age"] {
  if (request.age === "birthDate") return { birthDate: request.birthDate ?? "" };
  const word = wordOf(request.ageBand ?? "", "AGE_BAND_");
  if (word === "") return null;
  const band = ageBands.find((name) => name === word);
  if (band === undefined) throw invalidField("age_band", `must be one of ${ageBands.join(", ")}`);
  return { band };
}

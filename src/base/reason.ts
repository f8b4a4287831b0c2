import { invalidField } from "./errors.js";
import { saysSomething } from "./says.js";

/** Characters of what somebody says about why they decided as they did. */
export const REASON_CHARACTERS_MAX = 500;

/**
 * Why two are one person, or are not, without blanks around it.
 *
 * @param field where it stands in the request
 * @throws CordonError INVALID_ARGUMENT when it says nothing, or too much
 */
export function checkedReason(reason: string, field = "reason"): string {
  if (saysSomething(reason) && reason.length <= REASON_CHARACTERS_MAX) return reason.trim();
  const description = `say in 1 to ${REASON_CHARACTERS_MAX} characters how it was found out`;
  throw invalidField(field, description);
}

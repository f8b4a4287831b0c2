import { CordonError } from "../base/errors.js";

/** The error for an id that is taken where a new one was to be. */
export function alreadyExists(what: string, id: string): CordonError {
  return new CordonError({
    status: "ALREADY_EXISTS",
    reason: "ALREADY_EXISTS",
    message: `There is a ${what} "${id}" already. Nothing was written.`,
    metadata: { resource: `${what}/${id}` },
  });
}

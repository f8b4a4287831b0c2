import { InvalidArgumentError } from "commander";

const idForm = /^[0-9a-zA-Z-]{1,64}$/;

export function personId(text: string): string {
  if (idForm.test(text)) return text;
  throw new InvalidArgumentError("Write the person's id as enrol and identify print it.");
}

/** The id of a merge or a review, which the server made. */
export function madeId(text: string): string {
  if (idForm.test(text)) return text;
  throw new InvalidArgumentError("Write the id as the list prints it.");
}

import { z } from "zod";
import { type PersonKey, VaultError } from "./vault.js";

/** The identifying fields of a person, as they are sealed. */
export interface Details {
  readonly displayName: string;
  readonly externalReference: string;
  /** YYYY-MM-DD, or empty. */
  readonly birthDate: string;
  /** As it was given at enrolment; empty when it was not. */
  readonly ageBand: (typeof ageBands)[number];
  /** SHA-256 of the whole request, lower-case hex; empty when there was no request id. */
  readonly requestDigest: string;
}

const ageBands = ["", "UNDER_14", "14_TO_17", "ADULT"] as const;

/** The sealed text is padded to a multiple of this, so that its length tells little of a name. */
export const detailsBlockBytes = 256;
/** Characters of one field at most. */
export const detailsFieldLengthMax = 4_096;

const context = JSON.stringify(["details"]);
const digestForm = /^([0-9a-f]{64})?$/;
const field = z.string().max(detailsFieldLengthMax);
const detailsSchema: z.ZodType<Details> = z.object({
  displayName: field,
  externalReference: field,
  // What was sealed before these were asked for does not have them.
  birthDate: field.default(""),
  ageBand: z.enum(ageBands).default(""),
  requestDigest: z.string().regex(digestForm).default(""),
});

/**
 * Seals a person's identifying fields.
 *
 * @throws VaultError when a field is longer than it may be
 */
export function sealDetails(key: PersonKey, details: Details): Uint8Array {
  if (!isFit(details)) throw new VaultError("A person's details are not fit to be sealed.");
  const { displayName, externalReference, birthDate, ageBand, requestDigest } = details;
  const text = JSON.stringify({
    displayName,
    externalReference,
    birthDate,
    ageBand,
    requestDigest,
  });
  const size = Buffer.byteLength(text, "utf8");
  // Spaces after JSON are no part of it.
  const plaintext = Buffer.alloc(Math.ceil(size / detailsBlockBytes) * detailsBlockBytes, " ");
  try {
    plaintext.write(text, "utf8");
    return key.seal(context, plaintext);
  } finally {
    plaintext.fill(0);
  }
}

/** What the schema says, without its cost: a million persons are sealed one by one. */
function isFit(details: Details): boolean {
  return (
    details.displayName.length <= detailsFieldLengthMax &&
    details.externalReference.length <= detailsFieldLengthMax &&
    details.birthDate.length <= detailsFieldLengthMax &&
    ageBands.includes(details.ageBand) &&
    digestForm.test(details.requestDigest)
  );
}

/**
 * Opens a person's identifying fields.
 *
 * @throws VaultError when the key, the person or a bit of it is not the one that was sealed
 */
export function openDetails(key: PersonKey, sealed: Uint8Array): Details {
  const plaintext = key.open(context, sealed);
  try {
    return detailsSchema.parse(
      JSON.parse(
        Buffer.from(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength).toString("utf8"),
      ),
    );
  } catch {
    // Without the cause, which may quote a name.
    throw new VaultError("A person's sealed details do not read as such.");
  } finally {
    plaintext.fill(0);
  }
}

import { join } from "node:path";
import { z } from "zod";
import { checkDocument } from "./documents/check.js";
import { DocumentError, type DocumentFault } from "./documents/errors.js";
import { hash, id, instant, oneOf, text } from "./documents/fields.js";
import { readOneDocument } from "./documents/read.js";
import type { BasisOptions } from "./enrol-basis.js";
import { birthDate } from "./parse.js";
import { ageBands } from "./words.js";

const date = z.string().transform((value, context) => {
  try {
    return birthDate(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
    return z.NEVER;
  }
});

const evidence = { given: instant, evidence: text.optional(), evidence_sha256: hash.optional() };

const schema = z.strictObject({
  display_name: text.optional(),
  reference: text.optional(),
  birth_date: date.optional(),
  age_band: oneOf(ageBands).optional(),
  law: text.optional(),
  consent: z
    .strictObject({
      ...evidence,
      notice: id,
      notice_version: z.int().min(1),
      channel: text.optional(),
    })
    .optional(),
  guardian: z.strictObject({ relation: text, ...evidence }).optional(),
});

/** What a person's own file says; it wins over what the command line says for all. */
export interface PersonFile {
  readonly displayName: string | undefined;
  readonly reference: string | undefined;
  readonly basis: BasisOptions;
  /** Whether it names a basis of its own, so that the command line's does not count. */
  readonly hasBasis: boolean;
}

/**
 * Reads a `person.yaml`: display_name, reference, birth_date or age_band, and law, or consent
 * (given, evidence, notice, notice_version, channel) and guardian (relation, given, evidence).
 *
 * @param folder in which the evidence is
 * @throws DocumentError that names the file, line and field of every fault
 */
export function readPersonFile(path: string, folder: string): PersonFile {
  const faults: DocumentFault[] = [];
  const person = checkDocument(readOneDocument(path), schema, "a person", faults);
  if (person === null) throw new DocumentError(faults);
  const { birth_date, age_band, law, consent, guardian } = person;
  const file = (name: string | undefined) => (name === undefined ? undefined : join(folder, name));
  const said = {
    birthDate: birth_date,
    ageBand: age_band,
    law,
    consent: file(consent?.evidence),
    consentSha256: consent?.evidence_sha256,
    consentGiven: consent?.given,
    notice: consent?.notice,
    noticeVersion: consent?.notice_version,
    channel: consent?.channel,
    guardian: guardian?.relation,
    guardianConsent: file(guardian?.evidence),
    guardianConsentSha256: guardian?.evidence_sha256,
    guardianGiven: guardian?.given,
  };
  const entries = Object.entries(said).filter(([, value]) => value !== undefined);
  return {
    displayName: person.display_name,
    reference: person.reference,
    basis: Object.fromEntries(entries) as BasisOptions,
    hasBasis: law !== undefined || consent !== undefined,
  };
}

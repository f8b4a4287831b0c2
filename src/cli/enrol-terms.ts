import { createHash } from "node:crypto";
import { z } from "zod";
import type { BasisOptions } from "./enrol-basis.js";
import type { Instant } from "./enrol-batch.js";
import { instant } from "./output.js";
import { typed } from "./words.js";

/** Hexadecimal digits of a request id. */
const ID_DIGITS = 32;
/** Hexadecimal digits of a term that is only compared. */
const DIGEST_DIGITS = 16;

/** The options that every person of a run shares, by their names: to tell a run from another. */
export type JournalTerms = Readonly<Record<string, string>>;

export const headerSchema = z.strictObject({
  journal: z.literal("cordon enrol"),
  version: z.literal(1),
  begun: z.iso.datetime(),
  retainUntil: z.iso.datetime(),
  terms: z.record(z.string(), z.string()),
});
export type JournalHeader = z.infer<typeof headerSchema>;

const request = z.string().min(1);
export const entrySchema = z.discriminatedUnion("outcome", [
  z.strictObject({
    request,
    outcome: z.literal("enrolled"),
    person: z.string(),
    templates: z.int(),
  }),
  z.strictObject({
    request,
    outcome: z.literal("review"),
    reason: z.string(),
    review: z.string(),
  }),
  z.strictObject({ request, outcome: z.literal("refused"), reason: z.string() }),
]);

export interface TermOptions extends BasisOptions {
  readonly gallery: readonly string[];
  readonly purpose?: string;
  readonly retainUntil?: Instant;
  readonly retainDays?: number;
}

/**
 * The request id of a person's folder: the same in every run, whoever runs it and wherever the
 * folder lies. It does not contain the name; but it follows from it, so that whoever guesses the
 * name of a folder can tell that they guessed right.
 */
export function folderRequestId(
  { gallery, purpose }: Pick<TermOptions, "gallery" | "purpose">,
  folder: string,
): string {
  const what = JSON.stringify([[...gallery].sort(), purposeOf(purpose), folder]);
  return `dir-${createHash("sha256").update(what).digest("hex").slice(0, ID_DIGITS)}`;
}

/** What may be about a person is hashed: it is only compared. */
export function termsOf(options: TermOptions): JournalTerms {
  const { consentGiven, guardianGiven, retainUntil, retainDays, noticeVersion } = options;
  const given = {
    "--gallery": [...options.gallery].sort().join(", "),
    "--purpose": typed(purposeOf(options.purpose)),
    "--retain-until": at(retainUntil),
    "--retain-days": retainDays?.toString(),
    "--law": options.law,
    "--consent-given": at(consentGiven),
    "--notice": options.notice,
    "--notice-version": noticeVersion?.toString(),
    "--channel": options.channel,
    "--age-band": options.ageBand === undefined ? undefined : typed(options.ageBand),
    "--guardian": digest(options.guardian),
    "--guardian-consent": digest(options.guardianConsent),
    "--guardian-consent-sha256": digest(options.guardianConsentSha256?.toString("hex")),
    "--guardian-given": at(guardianGiven),
  };
  const said = Object.entries(given).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(said) as JournalTerms;
}

function purposeOf(purpose: string | undefined): string {
  return purpose ?? "PUBLIC_SAFETY";
}

function at(time: Instant | undefined): string | undefined {
  return time === undefined ? undefined : instant(time);
}

function digest(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return `sha256:${createHash("sha256").update(value).digest("hex").slice(0, DIGEST_DIGITS)}`;
}

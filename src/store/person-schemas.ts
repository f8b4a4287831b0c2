import { z } from "zod";
import type { Mark } from "./audit-records.js";
import { type DistinctPair, type Merge, type Review, reviewDecisions } from "./decision-records.js";
import { type Erasure, erasureCauses } from "./erasure-records.js";
import type { PersonRow, TemplateRow } from "./person-records.js";
import { id, lawfulBasisSchema, sealed, sha256, text, timeMs } from "./schemas.js";
import type { NewPerson } from "./store.js";

/** The shape of what is stored about persons, and of decisions about them. */

/** Galleries of one row at most. */
export const galleriesPerPersonMax = 64;
/** Templates of one row at most. */
export const templatesPerPersonMax = 64;
/** Rows of one person, or of one erasure or merge, at most. */
export const rowsPerPersonMax = 10_000;
/** Suspects of one review at most. */
export const suspectsPerReviewMax = 1_000;
/** Characters of a receipt at most: it names every row that went. */
export const receiptLengthMax = 1_048_576;
/** Bytes of a request key: a SHA-256. */
export const requestKeySizeBytes = 32;

/** Key versions fit 32 bits. */
const keyVersion = z.int().min(1).max(0xffff_ffff);
const seq = z.int().min(0);

function bytes(size: number): z.ZodType<Uint8Array> {
  return z
    .instanceof(Uint8Array)
    .refine((one) => one.length === size, { error: `must be ${size} bytes` });
}

export const personSchema: z.ZodType<PersonRow> = z.object({
  personId: id,
  wrappedKey: sealed,
  keyVersion,
  mergedInto: id.nullable(),
  requestKey: bytes(requestKeySizeBytes).nullable(),
  sealedDetails: sealed,
  lawfulBasis: lawfulBasisSchema,
  retentionDeadlineMs: timeMs,
  createdAtMs: timeMs,
  galleryIds: z.array(id).max(galleriesPerPersonMax),
});

export const templateSchema: z.ZodType<TemplateRow> = z.object({
  templateId: id,
  personId: id,
  modelPack: id,
  sealed,
  createdAtMs: timeMs,
});

export const mergeSchema: z.ZodType<Merge> = z
  .object({
    mergeId: id,
    personId: id,
    duplicatePersonId: id,
    movedIds: z.array(id).min(1).max(rowsPerPersonMax),
    reason: text,
    decidedBy: text,
    mergedAtMs: timeMs,
    undoneAtMs: timeMs.nullable(),
  })
  .refine(({ personId, movedIds }) => !movedIds.includes(personId), {
    error: "must not move the row that the others are merged into",
    path: ["movedIds"],
  });

export const distinctPairSchema: z.ZodType<DistinctPair> = z.object({
  personIds: z.tuple([id, id]).refine(([lesser, greater]) => lesser < greater, {
    error: "must be two ids, the lesser first",
  }),
  reason: text,
  decidedBy: text,
  decidedAtMs: timeMs,
});

export const reviewSchema: z.ZodType<Review> = z.object({
  reviewId: id,
  requestId: text,
  galleryIds: z.array(id).max(galleriesPerPersonMax),
  suspects: z.array(z.object({ personId: id, score: z.number() })).max(suspectsPerReviewMax),
  createdAtMs: timeMs,
  decision: z.enum(reviewDecisions),
  linkToPersonId: z.string().max(128),
  reason: text,
  decidedBy: text,
  decidedAtMs: timeMs.nullable(),
});

/** What of an erasure is stored as JSON. */
export type ErasureBody = Omit<Erasure, "signature" | "publicKey">;

const erasureFields = {
  erasureId: id,
  personId: id,
  rowIds: z.array(id).min(1).max(rowsPerPersonMax),
  cause: z.enum(erasureCauses),
  templates: z.int().min(0),
  erasedAtMs: timeMs,
  receipt: z.string().max(receiptLengthMax),
};
export const erasureBodySchema: z.ZodType<ErasureBody> = z.object(erasureFields);
export const erasureSchema: z.ZodType<Erasure> = z.object({
  ...erasureFields,
  signature: bytes(64),
  publicKey: bytes(32),
});

export const markSchema: z.ZodType<Mark> = z.object({
  auditSeq: seq,
  auditHash: sha256,
  templateSeq: seq,
  erasureSeq: seq,
  markedAtMs: timeMs,
});

export const wrappedKeySchema = z.object({ personId: id, wrappedKey: sealed, keyVersion });

/** A row to insert, with what belongs to it naming it and nobody else. */
export const newPersonSchema: z.ZodType<NewPerson> = z
  .object({
    person: personSchema,
    templates: z.array(templateSchema).min(1).max(templatesPerPersonMax),
    merge: mergeSchema.nullable(),
    distinct: z.array(distinctPairSchema).max(suspectsPerReviewMax),
  })
  .refine(ownTemplates, { error: "must be of this person", path: ["templates"] })
  .refine(ownMerge, { error: "must say why this row is merged, or be null", path: ["merge"] })
  .refine(ownPairs, { error: "must be pairs of this person", path: ["distinct"] });

function ownTemplates({ person, templates }: NewPerson): boolean {
  return templates.every(({ personId }) => personId === person.personId);
}

function ownMerge({ person, merge }: NewPerson): boolean {
  if (merge === null) return person.mergedInto === null;
  const { personId, movedIds, undoneAtMs } = merge;
  const movesThis = movedIds.length === 1 && movedIds[0] === person.personId;
  return personId === person.mergedInto && movesThis && undoneAtMs === null;
}

function ownPairs({ person, distinct }: NewPerson): boolean {
  return distinct.every(({ personIds }) => personIds.includes(person.personId));
}

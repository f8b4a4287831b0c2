import { randomBytes, randomUUID } from "node:crypto";
import type { Mark } from "../../src/store/audit-records.js";
import type { DistinctPair, Merge, Review } from "../../src/store/decision-records.js";
import type { Erasure } from "../../src/store/erasure-records.js";
import type { PersonRow, TemplateRow } from "../../src/store/person-records.js";
import type { NewPerson, Page, PageRequest, Store } from "../../src/store/store.js";
import { aConsent } from "./store-records.js";

/** Records of persons for tests of the store, each complete and valid. */

export const T0 = 1_750_000_000_000;

const bytes = (size: number) => new Uint8Array(randomBytes(size));

export function aPerson(
  galleryIds: readonly string[],
  changes: Partial<PersonRow> = {},
): PersonRow {
  return {
    personId: randomUUID(),
    wrappedKey: bytes(73),
    keyVersion: 1,
    mergedInto: null,
    requestKey: null,
    sealedDetails: bytes(286),
    lawfulBasis: aConsent,
    retentionDeadlineMs: T0 + 50_000,
    createdAtMs: T0,
    galleryIds,
    ...changes,
  };
}

export function aRequestKey(): Uint8Array {
  return bytes(32);
}

export function aTemplate(personId: string, templateId: string = randomUUID()): TemplateRow {
  return {
    templateId,
    personId,
    modelPack: "pack-160",
    sealed: bytes(670),
    createdAtMs: T0,
  };
}

/** A row to insert, with so many templates. */
export function aNew(person: PersonRow, templates = 1): NewPerson {
  const { personId, mergedInto } = person;
  return {
    person,
    templates: Array.from({ length: templates }, () => aTemplate(personId)),
    merge: mergedInto === null ? null : aMerge(mergedInto, [personId]),
    distinct: [],
  };
}

export function aMerge(
  personId: string,
  movedIds: readonly string[],
  changes: Partial<Merge> = {},
): Merge {
  return {
    mergeId: randomUUID(),
    personId,
    duplicatePersonId: movedIds[0] ?? "",
    movedIds,
    reason: "同一人：两张身份证复印件",
    decidedBy: "operator-li",
    mergedAtMs: T0,
    undoneAtMs: null,
    ...changes,
  };
}

export function aPair(one: string, other: string, changes: Partial<DistinctPair> = {}) {
  const personIds: [string, string] = one < other ? [one, other] : [other, one];
  return { personIds, reason: "Twins", decidedBy: "operator-li", decidedAtMs: T0, ...changes };
}

export function aReview(suspects: readonly string[], changes: Partial<Review> = {}): Review {
  return {
    reviewId: randomUUID(),
    requestId: "batch-7/person-12",
    galleryIds: ["a"],
    suspects: suspects.map((personId) => ({ personId, score: 0.71 })),
    createdAtMs: T0,
    decision: "",
    linkToPersonId: "",
    reason: "",
    decidedBy: "",
    decidedAtMs: null,
    ...changes,
  };
}

export const decided = {
  decision: "DISTINCT",
  reason: "Brothers",
  decidedBy: "operator-li",
  decidedAtMs: T0 + 5,
} as const;

export function anErasure(rowIds: readonly string[], changes: Partial<Erasure> = {}): Erasure {
  return {
    erasureId: randomUUID(),
    personId: rowIds[0] ?? "",
    rowIds,
    cause: "CONSENT_WITHDRAWN",
    templates: 1,
    erasedAtMs: T0 + 9,
    receipt: `{"rowIds":${JSON.stringify(rowIds)}}`,
    signature: bytes(64),
    publicKey: bytes(32),
    ...changes,
  };
}

export function aMark(changes: Partial<Mark> = {}): Mark {
  return {
    auditSeq: 7,
    auditHash: "ab".repeat(32),
    templateSeq: 3,
    erasureSeq: 0,
    markedAtMs: T0,
    ...changes,
  };
}

/** Inserts a person with one template, who must be taken. */
export async function enrol(store: Store, person: PersonRow, templates = 1): Promise<PersonRow> {
  const [outcome] = await store.insertPersons([aNew(person, templates)]);
  if (outcome?.kind !== "inserted") throw new Error(`not inserted: ${outcome?.kind}`);
  return person;
}

export async function withGalleries(store: Store, ...ids: readonly string[]): Promise<void> {
  for (const galleryId of ids) {
    await store.insertGallery({ galleryId, displayName: "Missing children", createdAtMs: T0 });
  }
}

/** Every item of a listing, page by page. */
export async function readAll<T>(
  size: number,
  list: (page: PageRequest) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  let token = "";
  do {
    const page = await list({ size, token });
    all.push(...page.items);
    token = page.nextPageToken;
  } while (token !== "");
  return all;
}

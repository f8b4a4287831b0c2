import type { AgeBand } from "../api/generated/cordon/v1/AgeBand.js";
import type { LawfulBasis } from "../api/generated/cordon/v1/LawfulBasis.js";
import type { Purpose } from "../api/generated/cordon/v1/Purpose.js";
import type { CordonClient } from "../transport/client/client.js";
import { type CordonClientError, toClientError } from "../transport/client/error.js";
import { readFile } from "./parse.js";

/** Pictures of one person that one call takes: the API's most. */
export const SOURCES_MAX = 16;
/** Times that a call is sent again when the server is full. */
const RETRIES_MAX = 5;

/** One person to enrol, still as files. */
export interface PersonFiles {
  readonly displayName: string;
  readonly externalReference: string;
  readonly files: readonly string[];
  /** Read only when it is this person's turn, for it may be a file too. */
  readonly lawfulBasis: () => LawfulBasis;
  /** Nothing when it is not stated. */
  readonly age: { readonly birthDate?: string; readonly ageBand?: AgeBand };
}

/** What all of them have in common. */
export interface EnrolTerms {
  readonly galleryIds: readonly string[];
  readonly retentionDeadline: { seconds: number; nanos: number };
  readonly purpose: Purpose;
  /** Enrol a person without the pictures that are refused, if any is left. */
  readonly skipBad: boolean;
}

export interface BadPicture {
  readonly file: string;
  readonly why: string;
}

export type EnrolResult =
  | {
      readonly enrolled: true;
      readonly person: PersonFiles;
      readonly personId: string;
      readonly templates: number;
      readonly skipped: readonly BadPicture[];
    }
  | {
      readonly enrolled: false;
      readonly person: PersonFiles;
      readonly error: CordonClientError;
      readonly bad: readonly BadPicture[];
    };

/**
 * Enrols persons, `concurrency` at a time, in order of completion.
 *
 * @param onResult called once for each; a person that fails does not stop the others
 */
export async function enrolAll(
  client: CordonClient,
  persons: readonly PersonFiles[],
  terms: EnrolTerms,
  concurrency: number,
  onResult: (result: EnrolResult) => void,
): Promise<void> {
  const queue = persons.values();
  const worker = async () => {
    for (const person of queue) onResult(await enrolOne(client, person, terms));
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

async function enrolOne(
  client: CordonClient,
  person: PersonFiles,
  terms: EnrolTerms,
): Promise<EnrolResult> {
  let files = person.files;
  const skipped: BadPicture[] = [];
  for (;;) {
    try {
      const answer = await send(client, person, files, terms);
      const { personId, templates } = answer;
      return { enrolled: true, person, personId, templates: templates.length, skipped };
    } catch (thrown) {
      const error = toClientError(thrown);
      const bad = badPictures(error, files);
      const left = files.filter((file) => !bad.some((picture) => picture.file === file));
      if (!terms.skipBad || bad.length === 0 || left.length === 0) {
        return { enrolled: false, person, error, bad: [...skipped, ...bad] };
      }
      skipped.push(...bad);
      files = left;
    }
  }
}

async function send(
  client: CordonClient,
  person: PersonFiles,
  files: readonly string[],
  { galleryIds, retentionDeadline, purpose }: EnrolTerms,
) {
  const request = {
    galleryIds: [...galleryIds],
    displayName: person.displayName,
    externalReference: person.externalReference,
    lawfulBasis: person.lawfulBasis(),
    retentionDeadline,
    purpose,
    ...person.age,
    sources: files.map((file) => ({ image: readFile(file) })),
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await client.enrolment.enrolPerson(request);
    } catch (thrown) {
      const { retryAfterMs } = toClientError(thrown);
      if (retryAfterMs === undefined || attempt === RETRIES_MAX) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs * 2 ** attempt));
    }
  }
}

/** Which pictures the server found fault with, by the fields `sources[N]...` of its error. */
export function badPictures(error: CordonClientError, files: readonly string[]): BadPicture[] {
  const bad = new Map<string, string>();
  for (const { field, description } of error.fields) {
    const file = files[Number(/^sources\[(\d{1,3})\]/.exec(field)?.[1] ?? Number.NaN)];
    if (file !== undefined && !bad.has(file)) bad.set(file, `${description} [${error.reason}]`);
  }
  return [...bad].map(([file, why]) => ({ file, why }));
}

import type { AgeBand } from "../api/generated/cordon/v1/AgeBand.js";
import type { EnrolPersonRequest } from "../api/generated/cordon/v1/EnrolPersonRequest.js";
import type { LawfulBasis } from "../api/generated/cordon/v1/LawfulBasis.js";
import type { Purpose } from "../api/generated/cordon/v1/Purpose.js";
import type { Suspect__Output } from "../api/generated/cordon/v1/Suspect.js";
import { type CordonClientError, toClientError } from "../transport/client/error.js";
import { readFile } from "./parse.js";

/** Pictures of one person that one call takes: the API's most. */
export const SOURCES_MAX = 16;
/** Times that a person is sent again when the server is full, or cannot write. */
export const RETRIES_MAX = 8;
/** Longest pause between two of them, milliseconds. */
export const RETRY_PAUSE_MS_MAX = 30_000;

/** One person to enrol, still as files. */
export interface PersonFiles {
  /** Name of the person's folder; empty for a person who has none. */
  readonly folder: string;
  /** The same each time this person is sent. */
  readonly requestId: string;
  readonly displayName: string;
  readonly externalReference: string;
  readonly files: readonly string[];
  /** Read only when it is this person's turn, for it may be a file too. */
  readonly lawfulBasis: () => LawfulBasis;
  /** Nothing when it is not stated. */
  readonly age: { readonly birthDate?: string; readonly ageBand?: AgeBand };
}

/** A point in time, as the API takes it. */
export interface Instant {
  readonly seconds: number;
  readonly nanos: number;
}

/** What all of them have in common. */
export interface EnrolTerms {
  readonly galleryIds: readonly string[];
  readonly retentionDeadline: Instant;
  readonly purpose: Purpose;
  /** Enrol a person without the pictures that are refused, if any is left. */
  readonly skipBad: boolean;
  /** What was decided about a likely duplicate; nothing when nothing was. */
  readonly resolution: Pick<EnrolPersonRequest, "linkToPersonId" | "confirmDistinct">;
}

export interface BadPicture {
  readonly file: string;
  readonly why: string;
}

/** What the server said of one person. */
export type EnrolAnswer =
  | {
      readonly enrolled: true;
      readonly personId: string;
      readonly templates: number;
      /** True when the same request had enrolled the person before. */
      readonly already: boolean;
      /** The merge by which it was linked; empty when it was not. */
      readonly mergeId: string;
    }
  | {
      readonly enrolled: false;
      readonly error: CordonClientError;
      /** Likely duplicates, best first. */
      readonly suspects: readonly Suspect__Output[];
      /** Where it waits for a decision; empty when it does not. */
      readonly reviewId: string;
    };

export type EnrolResult = EnrolAnswer & {
  readonly person: PersonFiles;
  /** Pictures that were refused: left out when the person is enrolled, else why it is not. */
  readonly bad: readonly BadPicture[];
};

/**
 * Sends one person.
 *
 * @param request makes the message when its turn has come, and again when it is sent again. What
 *   it throws is that person's refusal.
 * @throws CordonClientError when no answer can be had, for this person or for any other
 */
export type Send = (requestId: string, request: () => EnrolPersonRequest) => Promise<EnrolAnswer>;

export type Wait = (ms: number) => Promise<void>;

/** Something that ended a run before all were done. */
export interface Stopped {
  readonly thrown: unknown;
}

/**
 * Enrols persons, `concurrency` at a time, until all are done or none can be any more. One that is
 * refused does not stop the others.
 *
 * @returns what stopped it; null when nothing did. Persons under way then have no result.
 */
export async function enrolAll(
  persons: readonly PersonFiles[],
  options: {
    readonly concurrency: number;
    readonly enrol: (person: PersonFiles) => Promise<EnrolResult>;
    /** Called once for each, in order of completion. What it throws stops the run. */
    readonly onResult: (result: EnrolResult) => void;
    /** Called once: whoever is under way need not be waited for. */
    readonly onStop: () => void;
  },
): Promise<Stopped | null> {
  const { concurrency, enrol, onResult, onStop } = options;
  const queue = persons.values();
  let stopped: Stopped | null = null;
  const worker = async () => {
    for (const person of queue) {
      if (stopped !== null) return;
      const result = await enrol(person);
      // A server that is still full after every retry is so for the others, too.
      if (!result.enrolled && result.error.retryAfterMs !== undefined) throw result.error;
      onResult(result);
    }
  };
  const stop = (thrown: unknown) => {
    if (stopped !== null) return;
    stopped = { thrown };
    onStop();
  };
  await Promise.all(Array.from({ length: concurrency }, () => worker().catch(stop)));
  return stopped;
}

/** Enrols one person, without the pictures that are refused where the terms allow it. */
export async function enrolOne(
  send: Send,
  person: PersonFiles,
  terms: EnrolTerms,
  wait: Wait,
): Promise<EnrolResult> {
  let files = person.files;
  const skipped: BadPicture[] = [];
  for (;;) {
    const left = files;
    const answer = await sendPatiently(send, person, () => requestOf(person, left, terms), wait);
    if (answer.enrolled) return { ...answer, person, bad: skipped };
    const bad = badPictures(answer.error, files);
    files = files.filter((file) => !bad.some((picture) => picture.file === file));
    // What was refused was not stored, so that its request id is free for the rest.
    skipped.push(...bad);
    if (!terms.skipBad || bad.length === 0 || files.length === 0) {
      return { ...answer, person, bad: skipped };
    }
  }
}

async function sendPatiently(
  send: Send,
  { requestId }: PersonFiles,
  request: () => EnrolPersonRequest,
  wait: Wait,
): Promise<EnrolAnswer> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await send(requestId, request);
    if (answer.enrolled || answer.error.retryAfterMs === undefined) return answer;
    if (attempt === RETRIES_MAX) return answer;
    await wait(pauseMs(answer.error.retryAfterMs, attempt, RETRY_PAUSE_MS_MAX));
  }
}

/** Twice as long each time. */
export function pauseMs(firstMs: number, attempt: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** attempt);
}

function requestOf(
  person: PersonFiles,
  files: readonly string[],
  { galleryIds, retentionDeadline, purpose, resolution }: EnrolTerms,
): EnrolPersonRequest {
  return {
    requestId: person.requestId,
    galleryIds: [...galleryIds],
    displayName: person.displayName,
    externalReference: person.externalReference,
    lawfulBasis: person.lawfulBasis(),
    retentionDeadline,
    purpose,
    ...person.age,
    ...resolution,
    sources: files.map((file) => ({ image: readFile(file) })),
  };
}

/** A refusal that no server gave: a file that cannot be read, for instance. */
export function refusedHere(thrown: unknown): EnrolAnswer {
  return { enrolled: false, error: toClientError(thrown), suspects: [], reviewId: "" };
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

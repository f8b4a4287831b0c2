import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { CordonClient } from "../transport/client/client.js";
import type { CordonClientError } from "../transport/client/error.js";
import {
  type EnrolResult,
  type EnrolTerms,
  enrolAll,
  enrolOne,
  type PersonFiles,
  type Stopped,
} from "./enrol-batch.js";
import { type EnrolJournal, JOURNAL_NAME, openJournal } from "./enrol-journal.js";
import { requireSameServer } from "./enrol-known.js";
import type { EnrolOutcome } from "./enrol-outcome.js";
import { startEnrolProgress } from "./enrol-progress.js";
import { type EnrolReportFile, openReport } from "./enrol-report-file.js";
import { withSizeLimit } from "./enrol-size.js";
import { openEnrolStream, SILENCE_MS_MAX } from "./enrol-stream.js";
import type { JournalTerms } from "./enrol-terms.js";
import { stopped } from "./failure.js";
import type { Session } from "./session.js";

const interrupted: Stopped = { thrown: stopped() };

export interface FolderOptions {
  readonly dir: string;
  /** Default {@link JOURNAL_NAME} in the folder. */
  readonly journal?: string;
  readonly restart?: boolean;
  readonly report?: string;
  readonly progress?: boolean;
  readonly concurrency: number;
  /** Longest that the server may owe answers and give none, milliseconds. */
  readonly timeout?: number;
}

/** What all persons of the folder have in common. A journal that goes on keeps its own deadline. */
export interface FolderTerms extends Omit<EnrolTerms, "resolution"> {
  readonly told: JournalTerms;
}

/** Enrols the persons of a folder over one stream, and goes on where an earlier run ended. */
export async function enrolFolder(
  session: Session,
  client: CordonClient,
  persons: readonly PersonFiles[],
  terms: FolderTerms,
  options: FolderOptions,
): Promise<EnrolOutcome> {
  const report = options.report === undefined ? null : await openReport(options.report);
  try {
    const { messageSizeBytesMax } = await client.server.getServerInfo({});
    // A slip in a gallery's name is told once, and before anybody is sent.
    for (const galleryId of terms.galleryIds) await client.gallery.getGallery({ galleryId });
    const path = options.journal ?? join(options.dir, JOURNAL_NAME);
    const { told, retentionDeadline } = terms;
    const restart = options.restart === true;
    const nowMs = Date.now();
    const journal = await openJournal({ path, terms: told, retentionDeadline, restart, nowMs });
    try {
      await requireSameServer(client, path, journal.done);
      const run = { session, client, journal, messageSizeBytesMax, path };
      return await reported(report, await runThrough(run, persons, terms, options));
    } finally {
      journal.close();
    }
  } finally {
    await report?.discard();
  }
}

interface Run {
  readonly session: Session;
  readonly client: CordonClient;
  readonly journal: EnrolJournal;
  readonly messageSizeBytesMax: number;
  readonly path: string;
}

async function runThrough(
  { session, client, journal, messageSizeBytesMax, path }: Run,
  persons: readonly PersonFiles[],
  terms: FolderTerms,
  options: FolderOptions,
): Promise<EnrolOutcome> {
  const results = new Map<PersonFiles, EnrolResult>();
  for (const person of persons) {
    const before = journal.done.get(person.requestId);
    if (before !== undefined) results.set(person, doneBefore(person, before));
  }
  const left = persons.filter((person) => !results.has(person));
  if (results.size > 0) session.stderr.write(goingOn(path, journal, results.size, persons.length));
  const progress = startEnrolProgress(session, left.length, options.progress === true);
  const halt = new AbortController();
  const signal = AbortSignal.any([session.signal, halt.signal]);
  const wait = async (ms: number) => void (await setTimeout(ms, undefined, { signal }));
  const onBreak = ({ message }: CordonClientError) =>
    progress.note(`The connection broke (${message}). Trying again for a while.`);
  const silenceMs = options.timeout ?? SILENCE_MS_MAX;
  const stream = openEnrolStream(client, { signal, wait, silenceMs, onBreak });
  const send = withSizeLimit(stream.send, messageSizeBytesMax);
  const { retentionDeadline } = journal;
  const all: EnrolTerms = { ...terms, retentionDeadline, resolution: {} };
  try {
    const stopped = await enrolAll(left, {
      concurrency: options.concurrency,
      enrol: (person) => enrolOne(send, person, all, wait),
      onResult(result) {
        journal.append(result);
        results.set(result.person, result);
        progress.step();
      },
      onStop: () => halt.abort(),
    });
    const answered = persons.flatMap((person) => results.get(person) ?? []);
    const pending = persons.filter((one) => !results.has(one));
    const byHand = stopped !== null && session.signal.aborted;
    return { results: answered, pending, stopped: byHand ? interrupted : stopped };
  } finally {
    progress.end();
    await stream.close();
  }
}

async function reported(report: EnrolReportFile | null, outcome: EnrolOutcome) {
  await report?.write(outcome);
  return outcome;
}

function doneBefore(
  person: PersonFiles,
  before: { readonly personId: string; readonly templates: number },
): EnrolResult {
  return { ...before, enrolled: true, person, already: true, mergeId: "", bad: [] };
}

function goingOn(path: string, journal: EnrolJournal, done: number, all: number): string {
  const left = all - done;
  const next = left === 0 ? "nobody is left" : `going on with the other ${left}`;
  return `${path}: ${done} of ${all} persons were enrolled since ${journal.begun}; ${next}\n`;
}

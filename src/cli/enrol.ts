import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import type { Purpose } from "../api/generated/cordon/v1/Purpose.js";
import { ageOf, type BasisOptions, basisOf, withBasisOptions } from "./enrol-basis.js";
import { type EnrolTerms, type PersonFiles, SOURCES_MAX } from "./enrol-batch.js";
import { enrolFolder, type FolderTerms } from "./enrol-dir.js";
import { type PersonFolder, personFolders } from "./enrol-files.js";
import { JOURNAL_NAME } from "./enrol-journal.js";
import { enrolSingle } from "./enrol-one.js";
import { withNearIds } from "./enrol-outcome.js";
import { reportEnrolment } from "./enrol-report.js";
import { type ResolutionOptions, resolutionOf, withResolutionOptions } from "./enrol-resolution.js";
import { folderRequestId, termsOf } from "./enrol-terms.js";
import { UsageError } from "./failure.js";
import { nearIds } from "./near-ids.js";
import { integer, repeated, slug, text, timestamp, word } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { purposes, typed } from "./words.js";

const TEXT_CHARACTERS_MAX = 200;
const REQUEST_ID_MAX = 128;
const CONCURRENCY_DEFAULT = 16;
const CONCURRENCY_MAX = 64;
const DAYS_MAX = 36_500;
const DAY_SECONDS = 86_400;

interface EnrolOptions extends RemoteOptions, BasisOptions, ResolutionOptions {
  readonly gallery: readonly string[];
  readonly dir?: string;
  readonly name?: string;
  readonly reference?: string;
  readonly purpose?: string;
  readonly retainUntil?: ReturnType<typeof timestamp>;
  readonly retainDays?: number;
  readonly skipBad?: boolean;
  readonly requestId?: string;
  readonly concurrency: number;
  readonly journal?: string;
  readonly restart?: boolean;
  readonly report?: string;
  readonly progress?: boolean;
}

const example = `cordon enrol anna-1.jpg anna-2.jpg --gallery staff --name "Anna Berg" \\
  --consent anna-consent.pdf --consent-given 2026-05-04 --notice staff --notice-version 3 \\
  --age-band adult --retain-days 365
cordon enrol --dir people/ --gallery banned-2026 --report report.csv \\
  --law "Public Security Administration Law, Art. 24" --retain-until 2027-01-01`;

const referenceHelp =
  "your own reference, sealed too; every match shows it to whoever asked, so no name (default none)";

const dirHelp = `
With --dir every folder in it is one person: its name becomes the display name and the
reference, its pictures the templates (${SOURCES_MAX} at most). Without --law each must hold the
evidence of that person's consent as consent.pdf, consent.jpg or the like. A person.yaml in it
says what differs for this person: display_name, reference, birth_date or age_band, law, consent
(given, evidence, notice, notice_version, channel), guardian (relation, given, evidence).
The age is asked of whoever is enrolled on consent; a child under 14 needs the guardian's too.

Broken off, the same command goes on where it ended: it keeps a journal, ${JOURNAL_NAME},
in the folder. Nobody is enrolled twice. Likely duplicates are not enrolled but put into the review
list (cordon review); decide them, and run the command again.`;

/** `cordon enrol`: one person from files, or many from a folder of folders. */
export function enrolCommand(session: Session): Command {
  const description = "Enrol persons from pictures of one face each.";
  const command = withBasisOptions(remoteCommand(session, "enrol", description, example))
    .argument("[pictures...]", `pictures of one person, 1 to ${SOURCES_MAX}`)
    .requiredOption("--gallery <gallery>", "gallery to enrol into; may be repeated", repeated(slug))
    .option("--dir <folder>", "a folder with one folder for each person")
    .option("--name <text>", "display name, sealed at rest", text(TEXT_CHARACTERS_MAX))
    .option("--reference <text>", referenceHelp, text(TEXT_CHARACTERS_MAX))
    .option(
      "--purpose <purpose>",
      `${purposes.map(typed).join(", ")} (default public-safety)`,
      word(purposes),
    )
    .option("--retain-until <date>", "when the templates must be gone", timestamp)
    .option("--retain-days <n>", "the same, in days from now", integer(1, DAYS_MAX))
    .option("--skip-bad", "enrol a person without the pictures that are refused");
  return withFolderOptions(withResolutionOptions(command))
    .option("--request-id <id>", "the same again enrols nobody twice", text(REQUEST_ID_MAX))
    .addHelpText("after", dirHelp)
    .action(async (pictures: string[], options: EnrolOptions) => {
      await withClient(session, options, async (client) => {
        const { dir } = options;
        const outcome =
          dir === undefined
            ? await enrolSingle(session, client, personOf(pictures, options), singleTerms(options))
            : await enrolFolder(
                session,
                client,
                personsIn(dir, pictures, options),
                folderTerms(options),
                { ...options, dir },
              );
        reportEnrolment(session, options, await withNearIds(outcome, nearIds(client)));
      });
    });
}

function withFolderOptions(command: Command): Command {
  return command
    .option(
      "--concurrency <n>",
      "with --dir: persons under way at a time",
      integer(1, CONCURRENCY_MAX),
      CONCURRENCY_DEFAULT,
    )
    .option("--report <file>", "with --dir: a line for each person, in a .json or .csv file")
    .option("--progress", "with --dir: a line every 10 seconds where there is no terminal")
    .option("--journal <file>", `with --dir: instead of ${JOURNAL_NAME} in the folder`)
    .option("--restart", "with --dir: forget the journal, and send everybody again");
}

function personOf(pictures: readonly string[], options: EnrolOptions): PersonFiles {
  for (const name of ["journal", "progress", "report", "restart"] as const) {
    if (options[name] !== undefined) throw new UsageError(`--${name} goes with --dir.`);
  }
  if (pictures.length === 0) throw new UsageError("Name the pictures of the person, or --dir.");
  if (pictures.length > SOURCES_MAX) {
    throw new UsageError(
      `At most ${SOURCES_MAX} pictures of a person; for many persons see --dir.`,
    );
  }
  const { name: displayName = "", reference: externalReference = "" } = options;
  // One of its own, so that a call that is sent again cannot meet itself as a duplicate.
  const { requestId = `cli-${randomUUID()}` } = options;
  const person = { folder: "", requestId, displayName, externalReference, files: pictures };
  return { ...person, lawfulBasis: basisOf(options), age: ageOf(options) };
}

function singleTerms(options: EnrolOptions): EnrolTerms {
  return { ...commonTerms(options), resolution: resolutionOf(options) };
}

function folderTerms(options: EnrolOptions): FolderTerms {
  const common = commonTerms(options);
  // In an order of its own: however they are named, the request stays the same.
  return { ...common, galleryIds: [...options.gallery].sort(), told: termsOf(options) };
}

function commonTerms(options: EnrolOptions): Omit<EnrolTerms, "resolution"> {
  const { gallery: galleryIds, purpose = "PUBLIC_SAFETY", skipBad } = options;
  return {
    galleryIds,
    purpose: `PURPOSE_${purpose}` as Purpose,
    skipBad: skipBad === true,
    retentionDeadline: deadlineOf(options),
  };
}

function personsIn(dir: string, pictures: readonly string[], options: EnrolOptions): PersonFiles[] {
  if (pictures.length > 0) throw new UsageError("Name pictures or --dir, not both.");
  if (options.name !== undefined || options.reference !== undefined) {
    throw new UsageError(
      "With --dir the folders' names are the names; leave --name and --reference.",
    );
  }
  if (options.consent !== undefined || options.consentSha256 !== undefined) {
    throw new UsageError("With --dir each folder holds its own consent.*; leave --consent.");
  }
  if (options.birthDate !== undefined) {
    throw new UsageError("With --dir a birth_date stands in each person.yaml; see --age-band.");
  }
  for (const name of ["link", "distinctFrom", "because", "requestId"] as const) {
    if (options[name] === undefined) continue;
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${option} is about one person, so it does not go with --dir.`);
  }
  return personFolders(dir).map((folder) => personIn(folder, options));
}

/** What a person's own file says wins over what is said for all. */
function personIn(folder: PersonFolder, options: EnrolOptions): PersonFiles {
  const { name, pictures, file } = folder;
  const own = file?.basis ?? {};
  const saysAge = own.birthDate !== undefined || own.ageBand !== undefined;
  return {
    folder: name,
    requestId: folderRequestId(options, name),
    displayName: file?.displayName ?? name,
    externalReference: file?.reference ?? name,
    files: pictures.slice(0, SOURCES_MAX),
    lawfulBasis: basisOf(basisIn(folder, options)),
    age: ageOf(saysAge ? own : options),
  };
}

/** A law, for this person or for all; else a consent, whose evidence may lie in the folder. */
function basisIn({ consent, file }: PersonFolder, options: EnrolOptions): BasisOptions {
  const own = file?.basis ?? {};
  const law = own.law ?? (file?.hasBasis ? undefined : options.law);
  if (law !== undefined) return { law };
  const { law: _, ...forAll } = options;
  const evidence = consent === undefined || own.consentSha256 !== undefined ? {} : { consent };
  return { ...forAll, ...evidence, ...own };
}

function deadlineOf({ retainUntil, retainDays }: EnrolOptions) {
  if (retainUntil !== undefined && retainDays !== undefined) {
    throw new UsageError("Give --retain-until or --retain-days, not both.");
  }
  if (retainUntil !== undefined) return retainUntil;
  if (retainDays === undefined) {
    throw new UsageError("Say when the templates must be gone: --retain-until or --retain-days.");
  }
  return { seconds: Math.floor(Date.now() / 1000) + retainDays * DAY_SECONDS, nanos: 0 };
}

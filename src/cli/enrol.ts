import type { Command } from "commander";
import type { Purpose } from "../api/generated/cordon/v1/Purpose.js";
import { ageOf, type BasisOptions, basisOf, withBasisOptions } from "./enrol-basis.js";
import { type EnrolResult, enrolAll, type PersonFiles, SOURCES_MAX } from "./enrol-batch.js";
import { type PersonFolder, personFolders } from "./enrol-files.js";
import { reportEnrolment } from "./enrol-report.js";
import { UsageError } from "./failure.js";
import { nearIds } from "./near-ids.js";
import { integer, repeated, slug, text, timestamp, word } from "./parse.js";
import { startProgress } from "./progress.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { purposes, typed } from "./words.js";

const TEXT_CHARACTERS_MAX = 200;
const CONCURRENCY_DEFAULT = 4;
const CONCURRENCY_MAX = 64;
const DAYS_MAX = 36_500;
const DAY_SECONDS = 86_400;

interface EnrolOptions extends RemoteOptions, BasisOptions {
  readonly gallery: readonly string[];
  readonly dir?: string;
  readonly name?: string;
  readonly reference?: string;
  readonly purpose?: string;
  readonly retainUntil?: ReturnType<typeof timestamp>;
  readonly retainDays?: number;
  readonly skipBad?: boolean;
  readonly concurrency: number;
}

const example = `cordon enrol anna-1.jpg anna-2.jpg --gallery staff --name "Anna Berg" \\
  --consent anna-consent.pdf --consent-given 2026-05-04 --notice staff --notice-version 3 \\
  --age-band adult --retain-days 365
cordon enrol --dir people/ --gallery banned-2026 \\
  --law "Public Security Administration Law, Art. 24" --retain-until 2027-01-01`;

const referenceHelp =
  "your own reference, sealed too; every match shows it to whoever asked, so no name (default none)";

const dirHelp = `
With --dir every folder in it is one person: its name becomes the display name and the
reference, its pictures the templates (${SOURCES_MAX} at most). Without --law each must hold the
evidence of that person's consent as consent.pdf, consent.jpg or the like. A person.yaml in it
says what differs for this person: display_name, reference, birth_date or age_band, law, consent
(given, evidence, notice, notice_version, channel), guardian (relation, given, evidence).
The age is asked of whoever is enrolled on consent; a child under 14 needs the guardian's too.`;

/** `cordon enrol`: one person from files, or many from a folder of folders. */
export function enrolCommand(session: Session): Command {
  const description = "Enrol persons from pictures of one face each.";
  return withBasisOptions(remoteCommand(session, "enrol", description, example))
    .argument("[pictures...]", `pictures of one person, 1 to ${SOURCES_MAX}`)
    .requiredOption("--gallery <gallery>", "gallery to enrol into; may be repeated", repeated(slug))
    .option("--dir <folder>", "a folder with one folder for each person")
    .option("--name <text>", "display name, sealed at rest", text(TEXT_CHARACTERS_MAX))
    .option("--reference <text>", referenceHelp, text(TEXT_CHARACTERS_MAX))
    .option("--purpose <purpose>", purposes.map(typed).join(", "), word(purposes))
    .option("--retain-until <date>", "when the templates must be gone", timestamp)
    .option("--retain-days <n>", "the same, in days from now", integer(1, DAYS_MAX))
    .option("--skip-bad", "enrol a person without the pictures that are refused")
    .option(
      "--concurrency <n>",
      "persons at a time",
      integer(1, CONCURRENCY_MAX),
      CONCURRENCY_DEFAULT,
    )
    .addHelpText("after", dirHelp)
    .action(async (pictures: string[], options: EnrolOptions) => {
      await withClient(session, options, async (client) => {
        const persons = personsOf(pictures, options);
        const terms = {
          galleryIds: options.gallery,
          retentionDeadline: deadlineOf(options),
          skipBad: options.skipBad === true,
          purpose: `PURPOSE_${options.purpose ?? "PUBLIC_SAFETY"}` as Purpose,
        };
        const progress = startProgress(session, persons.length, "persons");
        const results: EnrolResult[] = [];
        await enrolAll(client, persons, terms, options.concurrency, (result) => {
          results.push(result);
          progress.step();
        });
        progress.end();
        const hint = nearIds(client);
        const told = results.map(async (result) =>
          result.enrolled ? result : { ...result, error: await hint(result.error) },
        );
        reportEnrolment(session, options, await Promise.all(told));
      });
    });
}

function personsOf(pictures: readonly string[], options: EnrolOptions): PersonFiles[] {
  if (options.dir !== undefined) return personsIn(options.dir, pictures, options);
  if (pictures.length === 0) throw new UsageError("Name the pictures of the person, or --dir.");
  if (pictures.length > SOURCES_MAX) {
    throw new UsageError(
      `At most ${SOURCES_MAX} pictures of a person; for many persons see --dir.`,
    );
  }
  const { name: displayName = "", reference: externalReference = "" } = options;
  const lawfulBasis = basisOf(options);
  return [{ displayName, externalReference, files: pictures, lawfulBasis, age: ageOf(options) }];
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
  return personFolders(dir).map((folder) => personIn(folder, options));
}

/** What a person's own file says wins over what is said for all. */
function personIn(folder: PersonFolder, options: EnrolOptions): PersonFiles {
  const { name, pictures, file } = folder;
  const own = file?.basis ?? {};
  const saysAge = own.birthDate !== undefined || own.ageBand !== undefined;
  return {
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

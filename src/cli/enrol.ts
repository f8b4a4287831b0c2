import type { Command } from "commander";
import type { LawfulBasis } from "../api/generated/cordon/v1/LawfulBasis.js";
import { type EnrolResult, enrolAll, type PersonFiles, SOURCES_MAX } from "./enrol-batch.js";
import { consentBasis, personFolders } from "./enrol-files.js";
import { reportEnrolment } from "./enrol-report.js";
import { UsageError } from "./failure.js";
import { integer, repeated, sha256, slug, text, timestamp } from "./parse.js";
import { startProgress } from "./progress.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";

const TEXT_CHARACTERS_MAX = 200;
const CITATION_CHARACTERS_MAX = 500;
const CONCURRENCY_DEFAULT = 4;
const CONCURRENCY_MAX = 64;
const DAYS_MAX = 36_500;
const DAY_SECONDS = 86_400;

interface EnrolOptions extends RemoteOptions {
  readonly gallery: readonly string[];
  readonly dir?: string;
  readonly name?: string;
  readonly reference?: string;
  readonly law?: string;
  readonly consent?: string;
  readonly consentSha256?: Buffer;
  readonly consentGiven?: ReturnType<typeof timestamp>;
  readonly retainUntil?: ReturnType<typeof timestamp>;
  readonly retainDays?: number;
  readonly skipBad?: boolean;
  readonly concurrency: number;
}

const example = `cordon enrol anna-1.jpg anna-2.jpg --gallery staff --name "Anna Berg" \\
  --consent anna-consent.pdf --consent-given 2026-05-04 --retain-days 365
cordon enrol --dir people/ --gallery banned-2026 \\
  --law "Public Security Administration Law, Art. 24" --retain-until 2027-01-01`;

const dirHelp = `
With --dir every folder in it is one person: its name becomes the display name and the
reference, its pictures the templates (${SOURCES_MAX} at most). Without --law each must hold the
evidence of that person's consent as consent.pdf, consent.jpg or the like.`;

/** `cordon enrol`: one person from files, or many from a folder of folders. */
export function enrolCommand(session: Session): Command {
  return remoteCommand(session, "enrol", "Enrol persons from pictures of one face each.", example)
    .argument("[pictures...]", `pictures of one person, 1 to ${SOURCES_MAX}`)
    .requiredOption("--gallery <gallery>", "gallery to enrol into; may be repeated", repeated(slug))
    .option("--dir <folder>", "a folder with one folder for each person")
    .option("--name <text>", "display name, sealed at rest", text(TEXT_CHARACTERS_MAX))
    .option("--reference <text>", "your own reference, sealed too", text(TEXT_CHARACTERS_MAX))
    .option("--law <citation>", "the law that allows it", text(CITATION_CHARACTERS_MAX))
    .option("--consent <file>", "evidence of the consent; only its SHA-256 is sent")
    .option("--consent-sha256 <hex>", "SHA-256 of that evidence, when it is elsewhere", sha256)
    .option("--consent-given <date>", "when the consent was given", timestamp)
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
        };
        const progress = startProgress(session, persons.length, "persons");
        const results: EnrolResult[] = [];
        await enrolAll(client, persons, terms, options.concurrency, (result) => {
          results.push(result);
          progress.step();
        });
        progress.end();
        reportEnrolment(session, options, results);
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
  const { name: displayName = "", reference: externalReference = displayName } = options;
  const lawfulBasis = basisOf(options);
  return [{ displayName, externalReference, files: pictures, lawfulBasis }];
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
  return personFolders(dir).map(({ name, pictures: files, consent }) => ({
    displayName: name,
    externalReference: name,
    files: files.slice(0, SOURCES_MAX),
    lawfulBasis: basisOf({ ...options, ...(consent === undefined ? {} : { consent }) }),
  }));
}

/** Judged by the server: an enrolment without any basis is refused by the gate, with its article. */
function basisOf(options: EnrolOptions): () => LawfulBasis {
  const { law, consent, consentSha256, consentGiven } = options;
  if (law !== undefined) {
    if (options.dir === undefined && (consent !== undefined || consentSha256 !== undefined)) {
      throw new UsageError("Give --law or --consent, not both.");
    }
    return () => ({ legalProvision: { citation: law } });
  }
  if (consent !== undefined && consentSha256 !== undefined) {
    throw new UsageError("Give --consent or --consent-sha256, not both.");
  }
  if ((consent ?? consentSha256) !== undefined && consentGiven === undefined) {
    throw new UsageError("Say when the consent was given: --consent-given 2026-05-04.");
  }
  if (consentGiven === undefined) return () => ({});
  if (consent !== undefined) return () => consentBasis(consent, consentGiven);
  const evidenceSha256 = consentSha256 ?? Buffer.alloc(0);
  return () => ({ consent: { givenAt: consentGiven, evidenceSha256 } });
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

import type { PersonFiles } from "./enrol-batch.js";
import { toldFailures, toldReviews, toldStop } from "./enrol-failures.js";
import { type Enrolled, type EnrolOutcome, nameOf, type Refused } from "./enrol-outcome.js";
import { ExitCode } from "./exit.js";
import { exitCodeOf, failureJson } from "./failure.js";
import { print } from "./output.js";
import type { OutputOptions } from "./remote.js";
import type { Session } from "./session.js";
import { table } from "./table.js";
import { harmless, type Paint } from "./text.js";

/** Persons that the table of those enrolled shows. */
export const ROWS_SHOWN_MAX = 100;

/**
 * Tells who was enrolled, who was not and why, and sets the exit code: 0 when all are enrolled,
 * now or before; 4 when the gate refused whoever is not; else 1.
 */
export function reportEnrolment(
  session: Session,
  options: OutputOptions & { readonly address?: string; readonly dir?: string },
  { results, pending, stopped }: EnrolOutcome,
): void {
  const enrolled = results.filter((result) => result.enrolled);
  const failed = results.filter((result) => !result.enrolled);
  const reviews = failed.filter(({ reviewId }) => reviewId !== "");
  const refused = failed.filter(({ reviewId }) => reviewId === "");
  if (failed.length > 0) {
    const byGate = failed.every((result) => result.error.violations.length > 0);
    session.exitCode = byGate ? ExitCode.refused : ExitCode.error;
  }
  if (stopped !== null) session.exitCode = exitCodeOf(stopped.thrown);
  const json = {
    enrolled: enrolled.filter(({ already }) => !already).map(enrolledJson),
    alreadyEnrolled: enrolled.filter(({ already }) => already).map(enrolledJson),
    review: reviews.map((result) => {
      const { person, reviewId, suspects } = result;
      return { name: nameOf(person), reviewId, suspects };
    }),
    refused: refused.map((result) => ({
      name: nameOf(result.person),
      pictures: result.bad,
      ...(result.suspects.length === 0 ? {} : { suspects: result.suspects }),
      ...failureJson(result.error),
    })),
    ...(stopped === null
      ? {}
      : { unanswered: pending.map(nameOf), ...failureJson(stopped.thrown) }),
  };
  print(session, options.json === true, json, (paint) => {
    const counts = countsOf(results.length + pending.length, {
      enrolled,
      reviews,
      refused,
      pending,
    });
    const parts = [tableOf(enrolled, paint), skippedPictures(enrolled), counts];
    return parts.filter((part) => part !== "").join("\n");
  });
  if (options.json) return;
  const told = [
    toldFailures(refused, options),
    toldReviews(reviews),
    toldStop(stopped, options.address),
  ].filter((part) => part !== "");
  if (told.length > 0) session.stderr.write(`${told.join("\n")}\n`);
}

function enrolledJson({ person, personId, templates, mergeId, bad }: Enrolled) {
  const merge = mergeId === "" ? {} : { mergeId };
  return { name: nameOf(person), personId, templates, ...merge, skipped: bad };
}

/** Those who were enrolled now; of a very long list, the beginning. */
function tableOf(enrolled: readonly Enrolled[], paint: Paint): string {
  const now = enrolled.filter(({ already }) => !already);
  const shown = now.length > 0 ? now : enrolled.length === 1 ? enrolled : [];
  if (shown.length === 0) return "";
  const rows = table(
    shown.slice(0, ROWS_SHOWN_MAX),
    [
      { title: "name", cell: ({ person }) => nameOf(person) },
      { title: "templates", cell: ({ templates }) => `${templates}`, align: "right" },
      { title: "person", cell: linked },
    ],
    paint,
  );
  const more = shown.length - ROWS_SHOWN_MAX;
  return more > 0 ? `${rows}\nand ${more} more; --report FILE has them all` : rows;
}

function linked({ personId, mergeId }: Enrolled): string {
  return mergeId === "" ? personId : `${personId}, by the merge ${mergeId}`;
}

function countsOf(
  all: number,
  {
    enrolled,
    reviews,
    refused,
    pending,
  }: {
    readonly enrolled: readonly Enrolled[];
    readonly reviews: readonly Refused[];
    readonly refused: readonly Refused[];
    readonly pending: readonly PersonFiles[];
  },
): string {
  const before = enrolled.filter(({ already }) => already).length;
  const rest = [
    reviews.length > 0 ? `${reviews.length} to review` : "",
    refused.length > 0 && reviews.length + pending.length > 0 ? `${refused.length} refused` : "",
    pending.length > 0 ? `${pending.length} not answered` : "",
  ].filter((part) => part !== "");
  const note = before === 0 ? "" : ` (${before} of them before)`;
  return [`${enrolled.length} of ${all} persons enrolled${note}`, ...rest].join(", ");
}

function skippedPictures(enrolled: readonly Enrolled[]): string {
  const pictures = enrolled.flatMap(({ bad }) => bad);
  if (pictures.length === 0) return "";
  const lines = pictures.map(({ file, why }) => `  ${harmless(file)}: ${harmless(why)}`);
  const count = pictures.length === 1 ? "one picture" : `${pictures.length} pictures`;
  return [`${count} left out:`, ...lines].join("\n");
}

import type { EnrolResult } from "./enrol-batch.js";
import { ExitCode } from "./exit.js";
import { describeFailure, failureJson } from "./failure.js";
import { print } from "./output.js";
import type { OutputOptions } from "./remote.js";
import type { Session } from "./session.js";
import { table } from "./table.js";
import { harmless, type Paint } from "./text.js";

/**
 * Tells who was enrolled, who was not and why, and sets the exit code: 0 when all were, 4 when the
 * gate refused whoever was not, else 1.
 */
export function reportEnrolment(
  session: Session,
  options: OutputOptions & { readonly address?: string },
  results: readonly EnrolResult[],
): void {
  const failed = results.filter((result) => !result.enrolled);
  if (failed.length > 0) {
    const byGate = failed.every((result) => result.error.violations.length > 0);
    session.exitCode = byGate ? ExitCode.refused : ExitCode.error;
  }
  const name = ({ person }: EnrolResult) => person.displayName || person.files[0] || "";
  const json = {
    enrolled: results
      .filter((result) => result.enrolled)
      .map((result) => ({
        name: name(result),
        personId: result.personId,
        templates: result.templates,
        skipped: result.skipped,
      })),
    refused: failed.map((result) => ({
      name: name(result),
      pictures: result.bad,
      ...failureJson(result.error),
    })),
  };
  print(session, options.json === true, json, (paint) => {
    const parts = [summary(results, name, paint), skippedPictures(results)];
    return parts.filter((part) => part !== "").join("\n");
  });
  if (options.json || failed.length === 0) return;
  session.stderr.write(`${failures(failed, name, options.address)}\n`);
}

type Failed = Extract<EnrolResult, { enrolled: false }>;

function summary(
  results: readonly EnrolResult[],
  name: (result: EnrolResult) => string,
  paint: Paint,
): string {
  const enrolled = results.filter((result) => result.enrolled);
  const count = `${enrolled.length} of ${results.length} persons enrolled`;
  if (enrolled.length === 0) return count;
  const rows = table(
    enrolled,
    [
      { title: "name", cell: name },
      { title: "templates", cell: (result) => `${result.templates}`, align: "right" },
      { title: "person", cell: (result) => result.personId },
    ],
    paint,
  );
  return `${rows}\n${count}`;
}

function skippedPictures(results: readonly EnrolResult[]): string {
  const pictures = results.flatMap((result) => (result.enrolled ? result.skipped : []));
  if (pictures.length === 0) return "";
  const lines = pictures.map(({ file, why }) => `  ${harmless(file)}: ${harmless(why)}`);
  return [`${pictures.length} pictures left out:`, ...lines].join("\n");
}

/** A refusal that all share is told once. */
function failures(
  failed: readonly Failed[],
  name: (result: EnrolResult) => string,
  address: string | undefined,
): string {
  const plain: Paint = (_style, text) => text;
  const groups = new Map<string, string[]>();
  for (const result of failed) {
    const pictures = result.bad.map(({ file, why }) => `  ${harmless(file)}: ${harmless(why)}`);
    const why =
      pictures.length > 0
        ? pictures.join("\n")
        : describeFailure(result.error, plain, address).replace(/^/gm, "  ");
    groups.set(why, [...(groups.get(why) ?? []), harmless(name(result))]);
  }
  return [...groups].map(([why, names]) => `not enrolled: ${names.join(", ")}\n${why}`).join("\n");
}

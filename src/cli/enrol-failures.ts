import type { Stopped } from "./enrol-batch.js";
import { nameOf, type Refused } from "./enrol-outcome.js";
import { duplicateCure } from "./enrol-resolution.js";
import { describeFailure } from "./failure.js";
import { harmless, type Paint } from "./text.js";

/** Different refusals that are told in full. */
export const FAILURES_SHOWN_MAX = 100;
/** Persons who are named where several share a refusal. */
export const NAMES_SHOWN_MAX = 20;

const plain: Paint = (_style, text) => text;

/** Where was asked, and whether for a folder of persons. */
interface Asked {
  readonly address?: string;
  readonly dir?: string;
}

/** What to do about a refusal of a folder, by its reason. */
const cures: Readonly<Record<string, string>> = {
  REQUEST_ID_REUSED:
    "Enrolled before under other terms: other pictures, another name, age, basis or deadline. That\n" +
    "enrolment stands as it was. To change it, erase the person and enrol them anew from a folder\n" +
    "of another name.",
  PERSON_ERASED:
    "Erased since, so not enrolled again by itself. Should that be, on a new lawful basis, give the\n" +
    "folder another name.",
};

/** Who was refused and why; a refusal that several share is told once. Empty for none. */
export function toldFailures(refused: readonly Refused[], options: Asked): string {
  const groups = new Map<string, string[]>();
  for (const result of refused) {
    const why = whyOf(result, options);
    const names = groups.get(why) ?? [];
    names.push(harmless(nameOf(result.person)));
    groups.set(why, names);
  }
  const shown = [...groups].slice(0, FAILURES_SHOWN_MAX);
  const lines = shown.map(([why, names]) => `not enrolled: ${listOf(names)}\n${why}`);
  return [...lines, more(groups.size - shown.length)].filter((line) => line !== "").join("\n");
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}

function whyOf(result: Refused, { address, dir }: Asked): string {
  const { error, bad } = result;
  const pictures = bad.map(({ file, why }) => `${harmless(file)}: ${harmless(why)}`);
  const why =
    pictures.length > 0 ? pictures.join("\n") : describeFailure(error, plain, { address });
  const cure = dir === undefined ? cureOfOne(result) : cureOfFolder(error.reason);
  return [why, cure]
    .filter((part) => part !== "")
    .join("\n")
    .replace(/^/gm, "  ");
}

function cureOfFolder(reason: string): string {
  return Object.hasOwn(cures, reason) ? (cures[reason] ?? "") : "";
}

function cureOfOne({ error, suspects }: Refused): string {
  if (error.reason !== "DUPLICATE_SUSPECTED") return "";
  return duplicateCure(suspects).map(harmless).join("\n");
}

/** Who waits for a decision, and how it is made. Empty for nobody. */
export function toldReviews(reviews: readonly Refused[]): string {
  if (reviews.length === 0) return "";
  const shown = reviews.slice(0, FAILURES_SHOWN_MAX).map(({ person, suspects, reviewId }) => {
    const who = suspects.map(({ personId, score }) => `${personId} (cosine ${score.toFixed(2)})`);
    const may = who.length === 0 ? "somebody who is enrolled" : harmless(who.join(", "));
    return `to review: ${harmless(nameOf(person))}\n  may be ${may}\n  review ${harmless(reviewId)}`;
  });
  return [
    ...shown,
    more(reviews.length - shown.length),
    "Look at them (cordon review list, cordon person show) and decide each, with its reason:",
    "  cordon review resolve REVIEW --link PERSON | --distinct | --dismiss --reason TEXT",
    "Then run this command again: what was decided is applied by itself.",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** What ended the run, and how it goes on. Empty when nothing did. */
export function toldStop(stopped: Stopped | null, address: string | undefined): string {
  if (stopped === null) return "";
  const why = describeFailure(stopped.thrown, plain, { address });
  return `${why}\nThe run was broken off. Run the same command again: it goes on where it ended.`;
}

function more(count: number): string {
  return count > 0 ? `and ${count} more; --report FILE has them all` : "";
}

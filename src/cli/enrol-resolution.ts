import type { Command } from "commander";
import type { Suspect__Output } from "../api/generated/cordon/v1/Suspect.js";
import { REASON_CHARACTERS_MAX } from "../base/reason.js";
import type { CordonClientError } from "../transport/client/error.js";
import type { EnrolTerms } from "./enrol-batch.js";
import { UsageError } from "./failure.js";
import { personId } from "./ids.js";
import { repeated, text } from "./parse.js";

/** What is said about likely duplicates of one person. */
export interface ResolutionOptions {
  readonly link?: string;
  readonly distinctFrom?: readonly string[];
  readonly because?: string;
}

export function withResolutionOptions(command: Command): Command {
  return command
    .option("--link <person>", "it is this person, who is enrolled already", personId)
    .option(
      "--distinct-from <person>",
      "it is not this person, however alike; may be repeated",
      repeated(personId),
    )
    .option("--because <text>", "how that was found out", text(REASON_CHARACTERS_MAX));
}

/** @throws UsageError for options that do not go together */
export function resolutionOf(options: ResolutionOptions): EnrolTerms["resolution"] {
  const { link, distinctFrom, because } = options;
  if (link !== undefined && distinctFrom !== undefined) {
    throw new UsageError("Give --link or --distinct-from, not both.");
  }
  if ((distinctFrom === undefined) !== (because === undefined)) {
    throw new UsageError("Give --distinct-from and --because together.");
  }
  if (link !== undefined) return { linkToPersonId: link };
  if (distinctFrom === undefined || because === undefined) return {};
  return { confirmDistinct: { personIds: [...distinctFrom], reason: because } };
}

/** Likely duplicates that the error of one call names, as `id:score,id:score`; best first. */
export function suspectsOf({ metadata }: CordonClientError): readonly Suspect__Output[] {
  const named = (metadata["suspects"] ?? "").split(",").filter((one) => one !== "");
  return named.map((one) => {
    const [id = "", score = ""] = one.split(":");
    return { personId: id, score: Number(score) || 0 };
  });
}

/** What to type when one person was refused as a likely duplicate. */
export function duplicateCure(suspects: readonly Suspect__Output[]): string[] {
  const ids = suspects.map((suspect) => suspect.personId);
  const distinct = (ids.length === 0 ? ["PERSON"] : ids).map((id) => `--distinct-from ${id}`);
  return [
    ...suspects.map(({ personId: id, score }) => `may be ${id}, cosine ${score.toFixed(2)}`),
    "Look at both (cordon person show), then run the command again with one of these:",
    `  --link ${ids[0] ?? "PERSON"}`,
    `  ${distinct.join(" ")} --because "how it was found out"`,
  ];
}

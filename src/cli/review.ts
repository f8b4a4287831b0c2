import { Command } from "commander";
import type { Review__Output } from "../api/generated/cordon/v1/Review.js";
import { REASON_CHARACTERS_MAX } from "../base/reason.js";
import { UsageError } from "./failure.js";
import { madeId, personId } from "./ids.js";
import { instant, print, shortName } from "./output.js";
import { text } from "./parse.js";
import { pages, type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { table } from "./table.js";

const exampleReview = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
const examplePerson = "0b2f6f0e-3c1b-4f7e-9a51-0d8f6c3a2e11";

/** `cordon review`: likely duplicates that wait for a person to decide. */
export function reviewCommand(session: Session): Command {
  return new Command("review")
    .description("Likely duplicates that were not enrolled and wait for a decision.")
    .addCommand(list(session))
    .addCommand(resolve(session));
}

function list(session: Session): Command {
  const command = remoteCommand(
    session,
    "list",
    "List likely duplicates, oldest first.",
    "cordon review list",
  );
  return withLimit(command)
    .option("--all", "those that were decided, too")
    .action(async (options: RemoteOptions & { limit: number; all?: boolean }) => {
      await withClient(session, options, async (client) => {
        const includeDecided = options.all === true;
        const reviews = await pages(session, options.limit, async (page) => {
          const answer = await client.duplicates.listReviews({ includeDecided, ...page });
          return [answer.reviews, answer.nextPageToken];
        });
        print(session, options.json === true, { reviews }, (paint) =>
          reviews.length === 0
            ? "there are none"
            : table(
                reviews,
                [
                  { title: "review", cell: (review) => review.reviewId },
                  { title: "since", cell: (review) => instant(review.createTime) },
                  { title: "request", cell: (review) => review.requestId },
                  { title: "galleries", cell: (review) => review.galleryIds.join(", ") },
                  { title: "may be", cell: suspectsOf },
                  { title: "decision", cell: decisionOf },
                ],
                paint,
              ),
        );
      });
    });
}

function suspectsOf({ suspects }: Review__Output): string {
  return suspects.map(({ personId: id, score }) => `${id} ${score.toFixed(2)}`).join(", ") || "-";
}

function decisionOf({ decision, decidedBy, linkToPersonId }: Review__Output): string {
  const word = shortName(decision, "REVIEW_DECISION_");
  if (word === "UNSPECIFIED") return "open";
  return `${word}${linkToPersonId === "" ? "" : ` ${linkToPersonId}`} by ${decidedBy}`;
}

interface ResolveOptions extends RemoteOptions {
  readonly link?: string;
  readonly distinct?: boolean;
  readonly dismiss?: boolean;
  readonly reason: string;
}

const example = `cordon review resolve ${exampleReview} \\
  --link ${examplePerson} --reason "Same passport, seen by two of us"
cordon review resolve ${exampleReview} \\
  --distinct --reason "Twins, both were here"`;

function resolve(session: Session): Command {
  return remoteCommand(session, "resolve", "Decide a likely duplicate.", example)
    .argument("<review>", "id of the review", madeId)
    .option("--link <person>", "it is this person, one of the suspects", personId)
    .option("--distinct", "it is none of the suspects")
    .option("--dismiss", "not to be enrolled at all")
    .requiredOption("--reason <text>", "how it was found out", text(REASON_CHARACTERS_MAX))
    .action(async (reviewId: string, options: ResolveOptions) => {
      await withClient(session, options, async (client) => {
        const { review } = await client.duplicates.resolveReview({
          reviewId,
          ...decided(options),
          reason: options.reason,
        });
        print(session, options.json === true, review, () =>
          options.dismiss === true
            ? `review ${reviewId} is dismissed; nobody is enrolled`
            : `review ${reviewId} is decided. The pictures were not kept: enrol the person again, ` +
              "and the decision is applied",
        );
      });
    });
}

function decided({ link, distinct, dismiss }: ResolveOptions) {
  const given = [link !== undefined, distinct === true, dismiss === true].filter(Boolean).length;
  if (given !== 1) throw new UsageError("Give one of --link PERSON, --distinct and --dismiss.");
  if (link !== undefined) {
    return { decision: "REVIEW_DECISION_LINK" as const, linkToPersonId: link };
  }
  const decision = distinct
    ? ("REVIEW_DECISION_DISTINCT" as const)
    : ("REVIEW_DECISION_DISMISS" as const);
  return { decision };
}

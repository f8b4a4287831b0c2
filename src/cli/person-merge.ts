import type { Command } from "commander";
import { REASON_CHARACTERS_MAX } from "../base/reason.js";
import { madeId, personId } from "./ids.js";
import { instant, print } from "./output.js";
import { text } from "./parse.js";
import { pages, type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { table } from "./table.js";

const keepId = "0b2f6f0e-3c1b-4f7e-9a51-0d8f6c3a2e11";
const duplicateId = "5f0c6c1a-8a52-4a0e-9d39-1a53f4b6a0d2";

/** `cordon person merge` */
export function mergeCommand(session: Session): Command {
  return remoteCommand(
    session,
    "merge",
    "Record that two enrolled persons are one: counted, found and erased as the first of them.",
    `cordon person merge ${keepId} \\\n  ${duplicateId} --reason "Enrolled twice, same passport"`,
  )
    .argument("<keep>", "who they are from now on", personId)
    .argument("<duplicate>", "who turned out to be the same", personId)
    .requiredOption("--reason <text>", "how it was found out", text(REASON_CHARACTERS_MAX))
    .action(
      async (keep: string, duplicate: string, options: RemoteOptions & { reason: string }) => {
        await withClient(session, options, async (client) => {
          const { reason } = options;
          const request = { personId: keep, duplicatePersonId: duplicate, reason };
          const { merge } = await client.duplicates.mergePersons(request);
          print(
            session,
            options.json === true,
            merge,
            () =>
              `${duplicate} is ${keep} from now on; ` +
              `cordon person unmerge ${merge?.mergeId} takes it back`,
          );
        });
      },
    );
}

/** `cordon person unmerge` */
export function unmergeCommand(session: Session): Command {
  return remoteCommand(
    session,
    "unmerge",
    "Take a merge back.",
    "cordon person unmerge 7c9e6679-7425-40de-944b-e07fc1f90ae7",
  )
    .argument("<merge>", "id of the merge", madeId)
    .action(async (mergeId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const { merge } = await client.duplicates.undoMerge({ mergeId });
        print(
          session,
          options.json === true,
          merge,
          () => `${merge?.duplicatePersonId} and ${merge?.personId} are two persons again`,
        );
      });
    });
}

/** `cordon person merges` */
export function mergesCommand(session: Session): Command {
  const command = remoteCommand(
    session,
    "merges",
    "List merges, oldest first.",
    `cordon person merges --person ${keepId}`,
  );
  return withLimit(command)
    .option("--person <id>", "only those that concern this person", personId)
    .action(async (options: RemoteOptions & { limit: number; person?: string }) => {
      await withClient(session, options, async (client) => {
        const { person = "" } = options;
        const merges = await pages(session, options.limit, async (page) => {
          const answer = await client.duplicates.listMerges({ personId: person, ...page });
          return [answer.merges, answer.nextPageToken];
        });
        print(session, options.json === true, { merges }, (paint) =>
          table(
            merges,
            [
              { title: "merge", cell: (merge) => merge.mergeId },
              { title: "when", cell: (merge) => instant(merge.mergeTime) },
              { title: "person", cell: (merge) => merge.personId },
              { title: "duplicate", cell: (merge) => merge.duplicatePersonId },
              { title: "by", cell: (merge) => merge.decidedBy },
              { title: "taken back", cell: (merge) => instant(merge.undoTime) },
              { title: "reason", cell: (merge) => merge.reason },
            ],
            paint,
          ),
        );
      });
    });
}

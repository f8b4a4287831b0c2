import { Command } from "commander";
import type { LawfulBasis__Output } from "../api/generated/cordon/v1/LawfulBasis.js";
import { personId } from "./ids.js";
import { instant, print } from "./output.js";
import { slug } from "./parse.js";
import { eraseCommand, receiptCommand, withdrawCommand } from "./person-erase.js";
import { mergeCommand, mergesCommand, unmergeCommand } from "./person-merge.js";
import { personReportCommand } from "./person-report.js";
import { pages, type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { facts, table } from "./table.js";

const exampleId = "0b2f6f0e-3c1b-4f7e-9a51-0d8f6c3a2e11";

/** `cordon person`: who is enrolled, who was, and who is one and the same. */
export function personCommand(session: Session): Command {
  return new Command("person")
    .description("Persons: who is enrolled.")
    .addCommand(show(session))
    .addCommand(list(session))
    .addCommand(personReportCommand(session))
    .addCommand(eraseCommand(session))
    .addCommand(withdrawCommand(session))
    .addCommand(receiptCommand(session))
    .addCommand(mergeCommand(session))
    .addCommand(unmergeCommand(session))
    .addCommand(mergesCommand(session));
}

function show(session: Session): Command {
  return remoteCommand(session, "show", "Show a person.", `cordon person show ${exampleId}`)
    .argument("<person>", "id of the person", personId)
    .action(async (id: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const { person } = await client.enrolment.getPerson({ personId: id });
        print(session, options.json === true, person, (paint) =>
          person === null
            ? "-"
            : facts(
                [
                  ["person", person.personId],
                  ["name", person.displayName || "-"],
                  ["reference", person.externalReference || "-"],
                  ["galleries", person.galleryIds.join(", ")],
                  ["templates", `${person.templateCount}`],
                  ["enrolled", instant(person.createTime)],
                  ["retained until", instant(person.retentionDeadline)],
                  ["lawful basis", describeBasis(person.lawfulBasis)],
                  ["also enrolled as", person.mergedPersonIds.join(", ") || "-"],
                ],
                paint,
              ),
        );
      });
    });
}

function list(session: Session): Command {
  const command = remoteCommand(
    session,
    "list",
    "List persons.",
    "cordon person list --gallery staff",
  );
  return withLimit(command)
    .option("--gallery <gallery>", "only those of this gallery", slug)
    .action(async (options: RemoteOptions & { limit: number; gallery?: string }) => {
      await withClient(session, options, async (client) => {
        const galleryId = options.gallery ?? "";
        const persons = await pages(session, options.limit, async (page) => {
          const answer = await client.enrolment.listPersons({ galleryId, ...page });
          return [answer.persons, answer.nextPageToken];
        });
        print(session, options.json === true, { persons }, (paint) =>
          table(
            persons,
            [
              { title: "person", cell: (person) => person.personId },
              { title: "name", cell: (person) => person.displayName || "-" },
              { title: "reference", cell: (person) => person.externalReference || "-" },
              { title: "templates", cell: (person) => `${person.templateCount}`, align: "right" },
              { title: "galleries", cell: (person) => person.galleryIds.join(", ") },
              { title: "retained until", cell: (person) => instant(person.retentionDeadline) },
            ],
            paint,
          ),
        );
      });
    });
}

function describeBasis(basis: LawfulBasis__Output | null): string {
  if (basis?.legalProvision) return basis.legalProvision.citation;
  if (!basis?.consent) return "-";
  const { givenAt, evidenceSha256, noticeId, noticeVersion, guardian } = basis.consent;
  const evidence = evidenceSha256.toString("hex").slice(0, 16);
  const notice = noticeId === "" ? "" : `, to notice ${noticeId} version ${noticeVersion}`;
  const child = guardian === null ? "" : `, with the consent of the ${guardian.relation}`;
  return `consent of ${instant(givenAt)}${notice}${child}, evidence ${evidence}`;
}

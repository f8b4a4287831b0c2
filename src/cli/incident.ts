import { Command } from "commander";
import { type ListOptions, printList } from "./listing.js";
import { instant, print } from "./output.js";
import { repeated, slug, text, timestamp } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";

const DESCRIPTION_CHARACTERS_MAX = 4000;

interface RecordOptions extends RemoteOptions {
  readonly zone?: readonly string[];
  readonly occurred?: ReturnType<typeof timestamp>;
  readonly description: string;
}

/** `cordon incident`: major security incidents, after which everything is assessed anew (Art. 9). */
export function incidentCommand(session: Session): Command {
  return new Command("incident")
    .description("Major security incidents: after one, assessments must be made anew.")
    .addCommand(record(session))
    .addCommand(list(session));
}

function record(session: Session): Command {
  return remoteCommand(
    session,
    "record",
    "Record a major security incident. Assessments approved before it no longer count.",
    `cordon incident record lost-disk-2026 --zone gate-4 --occurred 2026-05-04 \\
  --description "A disk with a copy of the data was lost in transport"`,
  )
    .argument("<incident>", "id of the incident", slug)
    .requiredOption(
      "--description <text>",
      "what happened; no personal information",
      text(DESCRIPTION_CHARACTERS_MAX),
    )
    .option("--zone <zone>", "a zone that it concerns (default every zone)", repeated(slug))
    .option("--occurred <date>", "when it happened (default now)", timestamp)
    .action(async (incidentId: string, options: RecordOptions) => {
      await withClient(session, options, async (client) => {
        const { zone = [], description } = options;
        const now = { seconds: Math.floor(Date.now() / 1000), nanos: 0 };
        const occurTime = options.occurred ?? now;
        const { incident } = await client.assessment.recordIncident({
          incident: { incidentId, zoneIds: [...zone], occurTime, description },
        });
        print(session, options.json === true, incident, () => {
          const where = zone.length === 0 ? "every zone" : zone.join(", ");
          return `incident ${incidentId} is recorded; assess ${where} anew (cordon pia record)`;
        });
      });
    });
}

function list(session: Session): Command {
  const command = remoteCommand(session, "list", "List incidents.", "cordon incident list");
  return withLimit(command).action(async (options: ListOptions) => {
    await printList(
      session,
      options,
      "incidents",
      async (client, page) => {
        const answer = await client.assessment.listIncidents(page);
        return [answer.incidents, answer.nextPageToken];
      },
      [
        { title: "incident", cell: (incident) => incident.incidentId },
        { title: "occurred", cell: (incident) => instant(incident.occurTime) },
        { title: "zones", cell: (incident) => incident.zoneIds.join(", ") || "every zone" },
        { title: "description", cell: (incident) => incident.description },
      ],
    );
  });
}

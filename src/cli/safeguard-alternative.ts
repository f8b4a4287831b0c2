import { Command } from "commander";
import { type ListOptions, printList, removeCommand } from "./listing.js";
import { instant, print } from "./output.js";
import { slug, text, timestamp } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";

const DESCRIPTION_CHARACTERS_MAX = 2000;

interface RecordOptions extends RemoteOptions {
  readonly zone: string;
  readonly description: string;
  readonly from?: ReturnType<typeof timestamp>;
}

/** `cordon safeguard alternative`: ways to the same end without a face (Art. 10). */
export function alternativeCommand(session: Session): Command {
  return new Command("alternative")
    .description("Alternative methods: ways to the same end without a face.")
    .addCommand(record(session))
    .addCommand(list(session))
    .addCommand(remove(session));
}

function record(session: Session): Command {
  return remoteCommand(
    session,
    "record",
    "Record another way. One with the same id is replaced.",
    `cordon safeguard alternative record desk --zone gate-4 \\
  --description "Show a ticket and an identity card at the staffed desk beside each gate"`,
  )
    .argument("<method>", "id of the method", slug)
    .requiredOption("--zone <zone>", "zone in which it is offered", slug)
    .requiredOption(
      "--description <text>",
      "what people may do instead, and where",
      text(DESCRIPTION_CHARACTERS_MAX),
    )
    .option("--from <date>", "from when it can be used (default now)", timestamp)
    .action(async (methodId: string, options: RecordOptions) => {
      await withClient(session, options, async (client) => {
        const { zone: zoneId, description, from } = options;
        const { method } = await client.safeguard.recordAlternativeMethod({
          method: {
            methodId,
            zoneId,
            description,
            ...(from === undefined ? {} : { availableFrom: from }),
          },
        });
        print(
          session,
          options.json === true,
          method,
          () => `alternative method ${methodId} is on record for ${zoneId}`,
        );
      });
    });
}

function list(session: Session): Command {
  const example = "cordon safeguard alternative list --zone gate-4";
  return withLimit(remoteCommand(session, "list", "List alternative methods.", example))
    .option("--zone <zone>", "only those of this zone", slug)
    .action(async (options: ListOptions & { zone?: string }) => {
      const zoneId = options.zone ?? "";
      await printList(
        session,
        options,
        "methods",
        async (client, page) => {
          const answer = await client.safeguard.listAlternativeMethods({ zoneId, ...page });
          return [answer.methods, answer.nextPageToken];
        },
        [
          { title: "method", cell: (method) => method.methodId },
          { title: "zone", cell: (method) => method.zoneId },
          { title: "available from", cell: (method) => instant(method.availableFrom) },
          { title: "description", cell: (method) => method.description },
        ],
      );
    });
}

function remove(session: Session): Command {
  return removeCommand(session, {
    what: "alternative method",
    argument: "method",
    zoneHelp: "zone in which it is offered",
    example: "cordon safeguard alternative remove desk --zone gate-4",
    remove: (client, zoneId, methodId) =>
      client.safeguard.removeAlternativeMethod({ zoneId, methodId }),
  });
}

import { Command } from "commander";
import type { Operator__Output } from "../api/generated/cordon/v1/Operator.js";
import { print } from "./output.js";
import { text } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";

const NAME_CHARACTERS_MAX = 200;
const CONTACT_CHARACTERS_MAX = 500;

/** `cordon operator`: who answers for this server. */
export function operatorCommand(session: Session): Command {
  return new Command("operator")
    .description("Who runs this server and answers for it.")
    .addCommand(set(session))
    .addCommand(show(session));
}

function set(session: Session): Command {
  return remoteCommand(
    session,
    "set",
    "Set the operator: the personal-information processor that answers for this server.",
    'cordon operator set --name "Harbour Stadium Ltd" --contact privacy@harbour.example',
  )
    .requiredOption("--name <text>", "registered name", text(NAME_CHARACTERS_MAX))
    .requiredOption("--contact <text>", "how people reach it", text(CONTACT_CHARACTERS_MAX))
    .action(async (options: RemoteOptions & { name: string; contact: string }) => {
      const { name, contact } = options;
      await withClient(session, options, async (client) => {
        report(session, options, await client.server.setOperator({ operator: { name, contact } }));
      });
    });
}

function show(session: Session): Command {
  return remoteCommand(session, "show", "Show the operator.", "cordon operator show").action(
    async (options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        report(session, options, await client.server.getOperator({}));
      });
    },
  );
}

function report(
  session: Session,
  options: RemoteOptions,
  { operator }: { operator: Operator__Output | null },
): void {
  print(session, options.json === true, operator, (paint) => {
    const pairs = [
      ["name", operator?.name ?? "-"],
      ["contact", operator?.contact ?? "-"],
    ] as const;
    return facts(pairs, paint);
  });
}

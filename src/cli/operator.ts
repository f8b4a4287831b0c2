import { Command, InvalidArgumentError } from "commander";
import type { Officer } from "../api/generated/cordon/v1/Officer.js";
import type { OfficerRole } from "../api/generated/cordon/v1/OfficerRole.js";
import type { Operator, Operator__Output } from "../api/generated/cordon/v1/Operator.js";
import { loadDocument } from "./documents/kinds.js";
import { operatorRequest } from "./documents/operator.js";
import { UsageError } from "./failure.js";
import { print, shortName } from "./output.js";
import { repeated, text, word } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";
import { officerRoles, typed } from "./words.js";

const NAME_CHARACTERS_MAX = 200;
const CONTACT_CHARACTERS_MAX = 500;
const REGION_CHARACTERS_MAX = 100;

interface SetOptions extends RemoteOptions {
  readonly file?: string;
  readonly name?: string;
  readonly contact?: string;
  readonly creditCode?: string;
  readonly region?: string;
  readonly officer?: readonly Officer[];
}

/** `cordon operator`: who answers for this server. */
export function operatorCommand(session: Session): Command {
  return new Command("operator")
    .description("Who runs this server and answers for it.")
    .addCommand(set(session))
    .addCommand(show(session));
}

const example = `cordon operator set --name "Harbour Stadium Ltd" --contact privacy@harbour.example \\
  --credit-code 91310000MA1FL0000N --region Shanghai \\
  --officer "data-protection-officer:Zhang Min:zhang@harbour.example"
cordon operator set --file operator.yaml`;

function set(session: Session): Command {
  return remoteCommand(
    session,
    "set",
    "Set the operator: the personal-information processor that answers for this server.",
    example,
  )
    .option("-f, --file <file>", "YAML or JSON of kind Operator; options given beside it win")
    .option("--name <text>", "registered name", text(NAME_CHARACTERS_MAX))
    .option("--contact <text>", "how people reach it", text(CONTACT_CHARACTERS_MAX))
    .option("--credit-code <code>", "unified social credit code, 18 characters")
    .option("--region <text>", "province-level region", text(REGION_CHARACTERS_MAX))
    .option(
      "--officer <role:name:contact>",
      `who answers for it: ${officerRoles.map(typed).join(", ")}; may be repeated`,
      repeated(officer),
    )
    .action(async (options: SetOptions) => {
      await withClient(session, options, async (client) => {
        const operator = operatorOf(options);
        report(session, options, await client.server.setOperator({ operator }));
      });
    });
}

function operatorOf(options: SetOptions): Operator {
  const { file, name, contact, creditCode, region, officer: officers } = options;
  const operator: Operator = {
    ...(file === undefined ? {} : operatorRequest(loadDocument(file, "Operator"))),
    ...(name === undefined ? {} : { name }),
    ...(contact === undefined ? {} : { contact }),
    ...(creditCode === undefined ? {} : { unifiedSocialCreditCode: creditCode }),
    ...(region === undefined ? {} : { region }),
    ...(officers === undefined ? {} : { officers: [...officers] }),
  };
  if (operator.name && operator.contact) return operator;
  throw new UsageError("Give --name and --contact, or --file OPERATOR.yaml.");
}

function officer(value: string): Officer {
  const [role = "", name = "", ...contact] = value.split(":");
  if (name.trim() === "" || contact.join(":").trim() === "") {
    throw new InvalidArgumentError("Write role:name:contact.");
  }
  const known = word(officerRoles)(role);
  return { role: `OFFICER_ROLE_${known}` as OfficerRole, name, contact: contact.join(":") };
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
    if (operator === null) return "-";
    const officers = operator.officers.map(
      ({ role, name, contact }) =>
        [typed(shortName(role, "OFFICER_ROLE_")), `${name}, ${contact}`] as const,
    );
    return facts(
      [
        ["name", operator.name],
        ["contact", operator.contact],
        ["credit code", operator.unifiedSocialCreditCode || "-"],
        ["region", operator.region || "-"],
        ...officers,
      ],
      paint,
    );
  });
}

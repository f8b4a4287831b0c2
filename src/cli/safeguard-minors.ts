import { Command } from "commander";
import type { MinorRules__Output } from "../api/generated/cordon/v1/MinorRules.js";
import { loadDocument } from "./documents/kinds.js";
import { minorRulesRequest } from "./documents/safeguards.js";
import { instant, print } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";

/** `cordon safeguard minors`: the rules for persons under 14 (Art. 7). */
export function minorsCommand(session: Session): Command {
  return new Command("minors")
    .description("Minor rules: how the face information of persons under 14 is handled.")
    .addCommand(set(session))
    .addCommand(show(session));
}

const fileHelp = `
The file is one YAML document as "cordon apply" takes it, for example
deploy/examples/plaza/minor-rules.yaml.`;

function set(session: Session): Command {
  return remoteCommand(
    session,
    "set",
    "Set the rules on storage, use, transfer and disclosure.",
    "cordon safeguard minors set --file minor-rules.yaml",
  )
    .requiredOption("-f, --file <file>", "YAML or JSON with the four parts and who approved them")
    .addHelpText("after", fileHelp)
    .action(async (options: RemoteOptions & { file: string }) => {
      await withClient(session, options, async (client) => {
        const rules = minorRulesRequest(loadDocument(options.file, "MinorRules"));
        report(session, options, (await client.safeguard.setMinorRules({ rules })).rules);
      });
    });
}

function show(session: Session): Command {
  const example = "cordon safeguard minors show";
  return remoteCommand(session, "show", "Show the rules.", example).action(
    async (options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        report(session, options, (await client.safeguard.getMinorRules({})).rules);
      });
    },
  );
}

function report(session: Session, options: RemoteOptions, rules: MinorRules__Output | null): void {
  print(session, options.json === true, rules, (paint) => {
    if (rules === null) return "-";
    return facts(
      [
        ["storage", rules.storage],
        ["use", rules.use],
        ["transfer", rules.transfer],
        ["disclosure", rules.disclosure],
        ["approved", `${instant(rules.approveTime)} by ${rules.approver}`],
        ["document", `SHA-256 ${rules.documentSha256.toString("hex")}`],
      ],
      paint,
    );
  });
}

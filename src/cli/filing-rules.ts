import { Command } from "commander";
import type { HandlingRules__Output } from "../api/generated/cordon/v1/HandlingRules.js";
import { handlingRulesRequest } from "./documents/handling-rules.js";
import { loadDocument } from "./documents/kinds.js";
import { instant, print } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { harmless, type Paint, wrap } from "./text.js";

const WIDTH = 88;

/** `cordon filing rules`: rules and procedures that no other record holds (Art. 15 (4)). */
export function filingRulesCommand(session: Session): Command {
  return new Command("rules")
    .description("Handling rules: how face information is handled here, as it is filed.")
    .addCommand(set(session))
    .addCommand(show(session));
}

const fileHelp = `
The file is one YAML document, of the kind HandlingRules when cordon apply is to take it too. Each
part is 1 to 8000 characters:
  collection: how faces are collected
  storage: how they are stored
  use: what they are used for, and how
  transfer: who they go to, if anybody
  deletion: when and how they are deleted
  authorisation: who may do what, and how it is checked
  incident_response: what is done when something happens
  intrusion_detection: how intrusion is detected and kept out
  document: rules.pdf            # the signed document, if there is one; only its SHA-256 is sent
  approved_by: 张敏
  approved_at: 2026-06-01        # left out: now`;

function set(session: Session): Command {
  return remoteCommand(
    session,
    "set",
    "Set the handling rules. After a filing, a change of them is a material one.",
    "cordon filing rules set --file handling-rules.yaml",
  )
    .requiredOption("-f, --file <file>", "YAML or JSON with the eight parts and who approved them")
    .addHelpText("after", fileHelp)
    .action(async (options: RemoteOptions & { file: string }) => {
      await withClient(session, options, async (client) => {
        const rules = handlingRulesRequest(loadDocument(options.file, "HandlingRules"));
        report(session, options, (await client.filing.setHandlingRules({ rules })).rules);
      });
    });
}

function show(session: Session): Command {
  const example = "cordon filing rules show";
  return remoteCommand(session, "show", "Show the handling rules.", example).action(
    async (options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        report(session, options, (await client.filing.getHandlingRules({})).rules);
      });
    },
  );
}

function report(
  session: Session,
  options: RemoteOptions,
  rules: HandlingRules__Output | null,
): void {
  print(session, options.json === true, rules, (paint) =>
    rules === null ? "-" : describe(rules, paint),
  );
}

function describe(rules: HandlingRules__Output, paint: Paint): string {
  const parts: readonly (readonly [string, string])[] = [
    ["collection", rules.collection],
    ["storage", rules.storage],
    ["use", rules.use],
    ["transfer", rules.transfer],
    ["deletion", rules.deletion],
    ["authorisation", rules.authorisation],
    ["incident response", rules.incidentResponse],
    ["intrusion detection", rules.intrusionDetection],
  ];
  const lines = parts.flatMap(([title, words]) => [
    paint("bold", title),
    ...words.split("\n").flatMap((line) => wrap(harmless(line), WIDTH).map((it) => `  ${it}`)),
  ]);
  const digest = rules.documentSha256.toString("hex");
  const document = digest === "" ? "none" : `SHA-256 ${digest}`;
  const approved = `${instant(rules.approveTime)} by ${harmless(rules.approver)}`;
  return [...lines, `approved ${approved}`, `document ${document}`].join("\n");
}

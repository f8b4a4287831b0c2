import { Command } from "commander";
import { z } from "zod";
import type {
  HandlingRules,
  HandlingRules__Output,
} from "../api/generated/cordon/v1/HandlingRules.js";
import { checkDocument } from "./documents/check.js";
import { DocumentError, type DocumentFault } from "./documents/errors.js";
import { fileHash, hash, instant as instantField, text } from "./documents/fields.js";
import { readOneDocument } from "./documents/read.js";
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
The file is one YAML document. Each part is 1 to 8000 characters:
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

/** As `cordon filing rules set` takes it. */
const rulesSchema = (folder: string) =>
  z
    .strictObject({
      kind: z.literal("HandlingRules").optional(),
      collection: text,
      storage: text,
      use: text,
      transfer: text,
      deletion: text,
      authorisation: text,
      incident_response: text,
      intrusion_detection: text,
      document: fileHash(folder).optional(),
      document_sha256: hash.optional(),
      approved_by: text,
      approved_at: instantField.optional(),
    })
    .transform((rules, context): HandlingRules => {
      const { document, document_sha256, approved_by, approved_at, kind: _, ...parts } = rules;
      if (document !== undefined && document_sha256 !== undefined) {
        const message = "give document (a file) or document_sha256, not both";
        context.addIssue({ code: "custom", message, path: ["document"] });
      }
      const { incident_response, intrusion_detection, ...plain } = parts;
      return {
        ...plain,
        incidentResponse: incident_response,
        intrusionDetection: intrusion_detection,
        documentSha256: document ?? document_sha256 ?? Buffer.alloc(0),
        approver: approved_by,
        ...(approved_at === undefined ? {} : { approveTime: approved_at }),
      };
    });

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
        const rules = rulesOf(options.file);
        report(session, options, (await client.filing.setHandlingRules({ rules })).rules);
      });
    });
}

/** @throws DocumentError with every fault */
function rulesOf(file: string): HandlingRules {
  const raw = readOneDocument(file);
  const faults: DocumentFault[] = [];
  const rules = checkDocument(raw, rulesSchema(raw.folder), "HandlingRules", faults);
  if (rules === null) throw new DocumentError(faults);
  return rules;
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

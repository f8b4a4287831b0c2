import { Command } from "commander";
import type { ImpactAssessment__Output } from "../api/generated/cordon/v1/ImpactAssessment.js";
import { assessmentRequest } from "./documents/assessment.js";
import { loadDocument } from "./documents/kinds.js";
import { type ListOptions, printList } from "./listing.js";
import { instant, print, shortName } from "./output.js";
import { slug, text } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient, withLimit } from "./remote.js";
import type { Session } from "./session.js";
import { facts } from "./table.js";
import type { Paint } from "./text.js";
import { typed } from "./words.js";

const APPROVER_CHARACTERS_MAX = 100;

/** `cordon pia`: impact assessments made before the processing (Art. 9). */
export function piaCommand(session: Session): Command {
  return new Command("pia")
    .description("Impact assessments: made before the processing, kept for three years at least.")
    .addCommand(record(session))
    .addCommand(approve(session))
    .addCommand(list(session))
    .addCommand(show(session))
    .addCommand(remove(session));
}

const fileHelp = `
The file is one YAML document as "cordon apply" takes it, for example
deploy/examples/plaza/assessment.yaml. An approved_by in it is not looked at: see pia approve.`;

function record(session: Session): Command {
  return remoteCommand(
    session,
    "record",
    "Record an assessment as a draft, or replace a draft.",
    "cordon pia record --file assessment.yaml",
  )
    .requiredOption("-f, --file <file>", "YAML or JSON with the four parts of Art. 9")
    .addHelpText("after", fileHelp)
    .action(async (options: RemoteOptions & { file: string }) => {
      await withClient(session, options, async (client) => {
        const assessment = assessmentRequest(loadDocument(options.file, "ImpactAssessment"));
        const answer = await client.assessment.recordImpactAssessment({ assessment });
        report(session, options, answer.assessment);
      });
    });
}

function approve(session: Session): Command {
  return remoteCommand(
    session,
    "approve",
    "Approve a draft; from then on it is never changed.",
    'cordon pia approve plaza-2026 --by "Zhang Min"',
  )
    .argument("<assessment>", "id of the assessment", slug)
    .requiredOption("--by <name>", "who approves it", text(APPROVER_CHARACTERS_MAX))
    .action(async (assessmentId: string, options: RemoteOptions & { by: string }) => {
      await withClient(session, options, async (client) => {
        const request = { assessmentId, approver: options.by };
        const answer = await client.assessment.approveImpactAssessment(request);
        report(session, options, answer.assessment);
      });
    });
}

function list(session: Session): Command {
  const command = remoteCommand(session, "list", "List assessments.", "cordon pia list");
  return withLimit(command)
    .option("--zone <zone>", "only those that cover this zone", slug)
    .action(async (options: ListOptions & { zone?: string }) => {
      const zoneId = options.zone ?? "";
      await printList(
        session,
        options,
        "assessments",
        async (client, page) => {
          const answer = await client.assessment.listImpactAssessments({ zoneId, ...page });
          return [answer.assessments, answer.nextPageToken];
        },
        [
          { title: "assessment", cell: (assessment) => assessment.assessmentId },
          { title: "state", cell: stateOf },
          { title: "trigger", cell: triggerOf },
          { title: "approved", cell: (assessment) => instant(assessment.approveTime) },
          { title: "valid until", cell: (assessment) => instant(assessment.validUntil) },
          { title: "zones", cell: (assessment) => assessment.zoneIds.join(", ") },
        ],
      );
    });
}

function show(session: Session): Command {
  return remoteCommand(session, "show", "Show an assessment.", "cordon pia show plaza-2026")
    .argument("<assessment>", "id of the assessment", slug)
    .action(async (assessmentId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const answer = await client.assessment.getImpactAssessment({ assessmentId });
        report(session, options, answer.assessment);
      });
    });
}

function remove(session: Session): Command {
  return remoteCommand(
    session,
    "delete",
    "Delete a draft, or an assessment approved more than three years ago.",
    "cordon pia delete plaza-2023",
  )
    .argument("<assessment>", "id of the assessment", slug)
    .action(async (assessmentId: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        await client.assessment.deleteImpactAssessment({ assessmentId });
        print(
          session,
          options.json === true,
          {},
          () => `impact assessment ${assessmentId} is deleted`,
        );
      });
    });
}

function report(
  session: Session,
  options: RemoteOptions,
  assessment: ImpactAssessment__Output | null,
): void {
  print(session, options.json === true, assessment, (paint) => describe(assessment, paint));
}

function describe(assessment: ImpactAssessment__Output | null, paint: Paint): string {
  if (assessment === null) return "-";
  return facts(
    [
      ["assessment", assessment.assessmentId],
      ["state", stateOf(assessment)],
      ["zones", assessment.zoneIds.join(", ")],
      ["trigger", triggerOf(assessment)],
      ["approved", `${instant(assessment.approveTime)} by ${assessment.approver || "nobody"}`],
      ["valid until", instant(assessment.validUntil)],
      ["report", `SHA-256 ${assessment.documentSha256.toString("hex")}`],
      ["(1) lawfulness", assessment.lawfulness],
      ["(2) impact", assessment.impact],
      ["(3) risks", assessment.risks],
      ["(4) measures", assessment.measures],
    ],
    paint,
  );
}

function stateOf({ state }: ImpactAssessment__Output): string {
  return shortName(state, "ASSESSMENT_STATE_");
}

function triggerOf({ trigger }: ImpactAssessment__Output): string {
  return typed(shortName(trigger, "ASSESSMENT_TRIGGER_"));
}

import type { Command } from "commander";
import type { CordonClient } from "../transport/client/client.js";
import { CordonClientError } from "../transport/client/error.js";
import { type Carried, carryOut, planAll } from "./apply/apply.js";
import type { Planned } from "./apply/plan.js";
import { describePlans, plansJson, summary } from "./apply/report.js";
import { describeStop, describeStopped, stoppedJson } from "./apply/stopped.js";
import { kinds, type Located, loadDocuments } from "./documents/kinds.js";
import { ExitCode } from "./exit.js";
import { describeFailure, exitCodeOf, failureJson } from "./failure.js";
import { print } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { harmless, paintFor } from "./text.js";

interface ApplyOptions extends RemoteOptions {
  readonly file: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

const help = `
Documents begin with their kind: ${kinds.slice(0, 6).join(", ")},
${kinds.slice(6).join(", ")}.
What a document leaves out has its default; dates that default to now stay as they are.
Everything is compared first, and judged by the server's own rules. When anything is in the way,
nothing is sent. Then: what tightens first, zones are activated last. When the server refuses a
document all the same, it stops there and tells what is done, what failed and what was not tried;
the next run goes on from there. A second run changes nothing.
--prune removes signs, cameras, authorisations, alternative methods and egress bases of the zones
in the files that the files do not name. It never touches zones, galleries, notices, assessments,
persons, nor what is of the whole server: the operator, the rules for minors and for handling.
Exit codes of --dry-run: 0 nothing to do, 5 something to do, 1 something in the way.`;

/** `cordon apply`: makes the server's records as the documents say. */
export function applyCommand(session: Session): Command {
  return remoteCommand(
    session,
    "apply",
    "Make the records as YAML documents say, and nothing more.",
    "cordon apply -f deploy/examples/plaza --dry-run\ncordon apply -f deploy/examples/plaza",
  )
    .requiredOption("-f, --file <path>", "a YAML file, or a folder of them")
    .option("--dry-run", "only tell what would change")
    .option("--prune", "remove what the documents do not name, of what only tightens the gate")
    .addHelpText("after", help)
    .action(async (options: ApplyOptions) => {
      await withClient(session, options, (client) => apply(session, client, options));
    });
}

async function apply(session: Session, client: CordonClient, options: ApplyOptions): Promise<void> {
  const located = loadDocuments(options.file);
  const plans = await planAll(client, located, options.prune === true);
  const isBlocked = plans.some(({ action }) => action === "blocked");
  const isIdle = plans.every(({ action }) => action === "unchanged");
  const applies = !isBlocked && options.dryRun !== true;
  if (isBlocked) session.exitCode = ExitCode.error;
  else if (!applies && !isIdle) session.exitCode = ExitCode.pending;
  if (options.json !== true) {
    print(session, false, null, (paint) => describePlans(plans, paint));
  }
  if (!applies) {
    const json = { dryRun: options.dryRun === true, applied: false, zones: [] };
    print(session, options.json === true, { ...json, documents: plansJson(plans) }, () => {
      const head = isBlocked ? "nothing was sent: " : "dry run: ";
      return `\n${head}${summary(plans, false)}`;
    });
    return;
  }
  const carried = await carryOut(client, plans);
  if (carried.failure !== null) reportStopped(session, options, plans, carried);
  else await reportDone(session, client, options, located, plans);
}

/** What was done, what failed with why, and what was not tried. */
function reportStopped(
  session: Session,
  options: ApplyOptions,
  plans: readonly Planned[],
  carried: Carried,
): void {
  const error = carried.failure?.error;
  session.exitCode = exitCodeOf(error);
  const json = { dryRun: false, applied: false, stopped: carried.failure?.plan.name, zones: [] };
  const documents = stoppedJson(plans, carried);
  print(session, options.json === true, { ...json, ...failureJson(error), documents }, (paint) =>
    ["", describeStopped(plans, carried, paint)].join("\n"),
  );
  if (options.json === true) return;
  const paint = paintFor(session.stderr, session.env);
  const failure = describeFailure(error, paint, { address: options.address });
  session.stderr.write(`${failure}\n${describeStop(carried)}\n`);
}

async function reportDone(
  session: Session,
  client: CordonClient,
  options: ApplyOptions,
  located: readonly Located[],
  plans: readonly Planned[],
): Promise<void> {
  const zones = await checkZones(client, located);
  const unknown = zones.find(({ error }) => error !== undefined)?.error;
  if (unknown !== undefined) session.exitCode = exitCodeOf(unknown);
  const json = {
    dryRun: false,
    applied: true,
    zones: zones.map(({ error, ...zone }) =>
      error === undefined ? zone : { ...zone, ...failureJson(error) },
    ),
  };
  print(session, options.json === true, { ...json, documents: plansJson(plans) }, (paint) => {
    const lines = [`\n${summary(plans, true)}`];
    for (const { zoneId, unsatisfied, error } of zones) {
      const verdict =
        error !== undefined
          ? paint("red", `applied, but not checked: ${harmless((error as Error).message)}`)
          : unsatisfied === 0
            ? paint("green", "every rule is satisfied")
            : paint("yellow", `${unsatisfied} not satisfied; see cordon zone check ${zoneId}`);
      lines.push(`zone ${zoneId}: ${verdict}`);
    }
    return lines.join("\n");
  });
}

interface CheckedZone {
  readonly zoneId: string;
  readonly unsatisfied?: number;
  /** Why it could not be checked. */
  readonly error?: unknown;
}

/** How the checklist of each zone stands afterwards; a caller who may not ask is not told. */
async function checkZones(client: CordonClient, located: readonly Located[]) {
  const zones: CheckedZone[] = [];
  for (const { document } of located) {
    if (document.kind !== "Zone") continue;
    const zoneId = document.zone_id;
    try {
      const { items } = await client.zone.checkZone({ zoneId });
      zones.push({ zoneId, unsatisfied: items.filter(({ satisfied }) => !satisfied).length });
    } catch (error) {
      const isDenied = error instanceof CordonClientError && error.status === "PERMISSION_DENIED";
      if (!isDenied) zones.push({ zoneId, error });
    }
  }
  return zones;
}

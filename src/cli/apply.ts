import type { Command } from "commander";
import type { CordonClient } from "../transport/client/client.js";
import { CordonClientError } from "../transport/client/error.js";
import { carryOut, planAll } from "./apply/apply.js";
import type { Planned } from "./apply/plan.js";
import { describePlans, plansJson, summary } from "./apply/report.js";
import { kinds, type Located, loadDocuments } from "./documents/kinds.js";
import { ExitCode } from "./exit.js";
import { print } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";

interface ApplyOptions extends RemoteOptions {
  readonly file: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

const help = `
Documents begin with their kind: ${kinds.slice(0, 6).join(", ")},
${kinds.slice(6).join(", ")}.
What a document leaves out has its default; dates that default to now stay as they are.
Everything is compared first. When anything is in the way, nothing is sent. Then: what tightens
first, zones are activated last. A second run changes nothing.
--prune removes signs, cameras, authorisations, alternative methods and egress bases of the zones
in the files that the files do not name. It never touches zones, galleries, notices, assessments
or persons. Exit codes of --dry-run: 0 nothing to do, 5 something to do, 1 something in the way.`;

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
  if (applies) await carryOutNamed(client, plans);
  const zones = applies ? await checkZones(client, located) : [];
  const json = { dryRun: options.dryRun === true, applied: applies, zones };
  print(session, options.json === true, { ...json, documents: plansJson(plans) }, (paint) => {
    const head = isBlocked ? "nothing was sent: " : applies ? "" : "dry run: ";
    const lines = [`\n${head}${summary(plans, applies)}`];
    for (const { zoneId, unsatisfied } of zones) {
      const verdict =
        unsatisfied === 0
          ? paint("green", "every rule is satisfied")
          : paint("yellow", `${unsatisfied} not satisfied; see cordon zone check ${zoneId}`);
      lines.push(`zone ${zoneId}: ${verdict}`);
    }
    return lines.join("\n");
  });
}

/** A failure says at which document it happened. */
async function carryOutNamed(client: CordonClient, plans: readonly Planned[]): Promise<void> {
  let at: Planned | undefined;
  try {
    await carryOut(client, plans, (plan) => {
      at = plan;
    });
  } catch (thrown) {
    if (!(thrown instanceof CordonClientError) || at === undefined) throw thrown;
    const where = at.located === null ? "" : ` (${at.located.file}:${at.located.line})`;
    const { status, reason, violations, fields, metadata, retryAfterMs } = thrown;
    const message = `${at.name}${where}: ${thrown.message}`;
    const cause = thrown;
    const details = { status, reason, violations, fields, metadata, retryAfterMs };
    throw new CordonClientError({ ...details, message, cause });
  }
}

/** How the checklist of each zone stands afterwards; a caller who may not ask is not told. */
async function checkZones(client: CordonClient, located: readonly Located[]) {
  const zones: { zoneId: string; unsatisfied: number }[] = [];
  for (const { document } of located) {
    if (document.kind !== "Zone") continue;
    const zoneId = document.zone_id;
    try {
      const { items } = await client.zone.checkZone({ zoneId });
      zones.push({ zoneId, unsatisfied: items.filter(({ satisfied }) => !satisfied).length });
    } catch (thrown) {
      const isDenied = thrown instanceof CordonClientError && thrown.status === "PERMISSION_DENIED";
      if (!isDenied) throw thrown;
    }
  }
  return zones;
}

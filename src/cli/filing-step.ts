import { Argument, type Command } from "commander";
import type { FilingStatus__Output } from "../api/generated/cordon/v1/FilingStatus.js";
import { FilingStep } from "../api/generated/cordon/v1/FilingStep.js";
import { isDay, startOfDayMs } from "../filing/days.js";
import { STEP_NOTE_LENGTH_MAX, STEP_NUMBER_LENGTH_MAX } from "../filing/steps.js";
import { describeFiling } from "./filing-report.js";
import { print } from "./output.js";
import { text, timestamp } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { named, typed } from "./words.js";

/** Steps as they are typed. */
const steps = Object.values(FilingStep)
  .map((name) => typed(name.slice("FILING_STEP_".length)))
  .filter((step) => step !== "unspecified");

interface StepOptions extends RemoteOptions {
  readonly number?: string;
  readonly at?: ReturnType<typeof timestamp>;
  readonly note?: string;
}

const help = `
Steps:
  submitted               the filing was handed in
  filed                   it was accepted, under a number
  returned                what was handed in last was sent back
  change-submitted        a change of it was handed in
  change-filed            the change was accepted, under a number
  cancellation-submitted  the cancellation was handed in
  cancelled               the filing was cancelled
Record a step on the day on which it happens: the snapshot with which later changes are compared
is taken when it is recorded.`;

/** `cordon filing step`: what was done with the authority. */
export function filingStepCommand(session: Session): Command {
  return remoteCommand(
    session,
    "step",
    "Record a step with the authority. What is on record stays so.",
    "cordon filing step submitted --number 京-2026-0042 --at 2026-07-02\n" +
      "cordon filing step filed --number 京网信备20260042号",
  )
    .addArgument(new Argument("<step>", "what was done").choices(steps))
    .option("--number <text>", "receipt or filing number", text(STEP_NUMBER_LENGTH_MAX))
    .option("--at <date>", "when it happened, a day in Shanghai or an instant (default now)", when)
    .option("--note <text>", "more about it", text(STEP_NOTE_LENGTH_MAX))
    .addHelpText("after", help)
    .action(async (step: string, options: StepOptions) => {
      await withClient(session, options, async (client) => {
        const { number = "", note = "", at } = options;
        const name = `FILING_STEP_${named(step)}` as keyof typeof FilingStep;
        const request = { step: name, number, note, ...(at === undefined ? {} : { stepTime: at }) };
        report(session, options, (await client.filing.recordFilingStep(request)).status);
      });
    });
}

/** `cordon filing end-of-use`: face recognition is not used any more. */
export function filingEndOfUseCommand(session: Session): Command {
  return remoteCommand(
    session,
    "end-of-use",
    "Declare that face recognition is no longer used; starts the clock of the cancellation.",
    'cordon filing end-of-use --reason "The square was closed" --at 2026-09-01',
  )
    .requiredOption("--reason <text>", "why use ended", text(STEP_NOTE_LENGTH_MAX))
    .option("--at <date>", "when it ended, a day in Shanghai or an instant (default now)", when)
    .action(async (options: RemoteOptions & { reason: string } & Pick<StepOptions, "at">) => {
      await withClient(session, options, async (client) => {
        const { reason, at } = options;
        const request = { reason, ...(at === undefined ? {} : { endTime: at }) };
        report(session, options, (await client.filing.declareEndOfUse(request)).status);
      });
    });
}

/** A day is the law's, which begins eight hours before that of UTC. */
function when(value: string): ReturnType<typeof timestamp> {
  return isDay(value) ? { seconds: startOfDayMs(value) / 1000, nanos: 0 } : timestamp(value);
}

function report(
  session: Session,
  options: RemoteOptions,
  status: FilingStatus__Output | null,
): void {
  print(session, options.json === true, status, (paint) =>
    status === null ? "-" : describeFiling(status, paint),
  );
}

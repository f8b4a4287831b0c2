import { Command } from "commander";
import { filingCalendarCommand } from "./filing-calendar.js";
import { filingDeadlineCommand } from "./filing-deadline.js";
import { filingExportCommand } from "./filing-export.js";
import { describeFiling } from "./filing-report.js";
import { filingRulesCommand } from "./filing-rules.js";
import { filingEndOfUseCommand, filingStepCommand } from "./filing-step.js";
import { filingWatchCommand } from "./filing-watch.js";
import { print } from "./output.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";

/** `cordon filing`: the filing of the Measures, Art. 15. */
export function filingCommand(session: Session): Command {
  return new Command("filing")
    .description("The filing that is due from 100,000 stored persons on (Art. 15).")
    .addCommand(status(session))
    .addCommand(filingWatchCommand(session))
    .addCommand(filingDeadlineCommand(session))
    .addCommand(filingStepCommand(session))
    .addCommand(filingEndOfUseCommand(session))
    .addCommand(filingCalendarCommand(session))
    .addCommand(filingRulesCommand(session))
    .addCommand(recount(session))
    .addCommand(filingExportCommand(session));
}

function status(session: Session): Command {
  const example = "cordon filing status\ncordon filing status --json";
  return remoteCommand(
    session,
    "status",
    "Show the count, the state, the clocks, and what is next.",
    example,
  ).action(async (options: RemoteOptions) => {
    await withClient(session, options, async (client) => {
      const answer = await client.filing.getFilingStatus({});
      print(session, options.json === true, answer.status, (paint) =>
        answer.status === null ? "-" : describeFiling(answer.status, paint),
      );
    });
  });
}

function recount(session: Session): Command {
  return remoteCommand(
    session,
    "recount",
    "Count the stored persons anew, and hold the running count against it.",
    "cordon filing recount",
  ).action(async (options: RemoteOptions) => {
    await withClient(session, options, async (client) => {
      const answer = await client.filing.recountPersons({});
      const { counted, expected } = answer;
      print(session, options.json === true, answer, () => {
        const persons = counted === 1 ? "person is" : "persons are";
        const count = `${counted.toLocaleString("en-US")} ${persons} stored`;
        return counted === expected
          ? `${count}, as the running count says`
          : `${count}; the running count said ${expected}, and is put right`;
      });
    });
  });
}

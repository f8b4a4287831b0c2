import { Command } from "commander";
import { CALENDAR_FILE_SIZE_BYTES_MAX, readCalendarFile } from "../filing/calendar-files.js";
import type { WorkCalendar } from "../store/filing-records.js";
import { filingLine } from "./filing-report.js";
import { print } from "./output.js";
import { readFile } from "./parse.js";
import { type RemoteOptions, remoteCommand, withClient } from "./remote.js";
import type { Session } from "./session.js";
import { table } from "./table.js";

/** `cordon filing calendar`: the working days that the deadlines are reckoned by. */
export function filingCalendarCommand(session: Session): Command {
  return new Command("calendar")
    .description("Working-day calendars: days off, and weekend days that are worked.")
    .addCommand(put(session))
    .addCommand(list(session));
}

const fileHelp = `
The file is YAML, for example (days made up: copy those of the State Council's notice)
  year: 2027
  source: the notice that published it
  off: [01-01..01-03, 02-05..02-11, 04-03..04-05, 05-01..05-05, 06-09, 09-15, 10-01..10-07]
  work: [01-30]`;

function put(session: Session): Command {
  return remoteCommand(
    session,
    "put",
    "Add the calendar of a year, or replace it. Deadlines are reckoned by it at once.",
    "cordon filing calendar put 2027.yaml",
  )
    .argument("<file>", "YAML or JSON with the days of one year")
    .addHelpText("after", fileHelp)
    .action(async (file: string, options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const { year, off, work, source } = calendarOf(file);
        const calendar = { year, off: [...off], work: [...work], source };
        const { status } = await client.filing.putCalendar({ calendar });
        print(session, options.json === true, status, () =>
          [
            `the calendar of ${year} is in force`,
            ...(status === null ? [] : [filingLine(status)]),
          ].join("\n"),
        );
      });
    });
}

/** @throws Error that names every fault of the file's form */
function calendarOf(file: string): WorkCalendar {
  // One byte more than may be, so that a larger file is told to be one.
  const bytes = readFile(file).subarray(0, CALENDAR_FILE_SIZE_BYTES_MAX + 1);
  const read = readCalendarFile(bytes.toString("utf8"));
  if (read.ok) return read.record;
  const faults = read.fields.map(({ field, description }) =>
    field === "" ? `  ${description}` : `  ${field}: ${description}`,
  );
  throw new Error(`${file} is no calendar:\n${faults.join("\n")}`);
}

function list(session: Session): Command {
  const example = "cordon filing calendar list";
  return remoteCommand(session, "list", "List the calendars that are known.", example).action(
    async (options: RemoteOptions) => {
      await withClient(session, options, async (client) => {
        const answer = await client.filing.listCalendars({});
        print(session, options.json === true, answer, (paint) =>
          table(
            answer.calendars,
            [
              { title: "year", cell: ({ year }) => `${year}` },
              { title: "from", cell: ({ shipped }) => (shipped ? "Cordon" : "operator") },
              { title: "off", cell: ({ off }) => off.join(" ") },
              { title: "worked", cell: ({ work }) => work.join(" ") },
            ],
            paint,
          ),
        );
      });
    },
  );
}

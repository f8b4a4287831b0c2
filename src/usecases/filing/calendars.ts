import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Caller } from "../../access/access.js";
import { checkCalendar, withCalendar } from "../../filing/calendar.js";
import { shippedCalendars } from "../../filing/calendar-data.js";
import {
  CALENDAR_FILE_SIZE_BYTES_MAX,
  CALENDAR_FILES_MAX,
  withCalendarFiles,
} from "../../filing/calendar-files.js";
import type { FilingStatus } from "../../filing/filing.js";
import type { WorkCalendar } from "../../store/filing-records.js";
import { beginChange } from "../begin-change.js";
import type { Engine } from "../engine.js";
import { recordOf } from "../validated.js";
import { currentStatus } from "./status.js";

/**
 * The calendars that came with this version, and those of a folder, which replace them by year.
 *
 * @param directory YAML files, one calendar each; empty for none
 * @throws Error, and the server does not start, with every fault of every file
 */
export async function startCalendars(directory: string): Promise<readonly WorkCalendar[]> {
  if (directory === "") return shippedCalendars;
  const read = withCalendarFiles(shippedCalendars, await filesOf(directory));
  if (read.ok) return read.record;
  const faults = read.fields.map(({ field, description }) => `\n  ${field} ${description}`);
  throw new Error(`The calendars in ${directory} are not usable:${faults.join("")}`);
}

async function filesOf(directory: string) {
  const names = (await entriesOf(directory))
    .filter((entry) => !entry.isDirectory() && /\.(?:ya?ml|json)$/i.test(entry.name))
    .map(({ name }) => name)
    .sort();
  if (names.length > CALENDAR_FILES_MAX) {
    throw new Error(`${directory} has ${names.length} calendars: ${CALENDAR_FILES_MAX} at most.`);
  }
  const files = names.map(async (name) => {
    const path = join(directory, name);
    if ((await stat(path)).size > CALENDAR_FILE_SIZE_BYTES_MAX) {
      throw new Error(`${path} is larger than a calendar is: is it one?`);
    }
    return { name, text: await readFile(path, "utf8") };
  });
  return Promise.all(files);
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const what = `The folder of calendars, ${directory}, cannot be read (${code}).`;
    throw new Error(`${what} Set filing.calendar_dir, or leave it empty.`, { cause });
  }
}

/**
 * Keeps the calendar of one year. Deadlines are reckoned by it at once.
 * @throws CordonError INVALID_ARGUMENT
 */
export function putCalendar(
  engine: Engine,
  raw: WorkCalendar,
  caller: Caller,
): Promise<FilingStatus> {
  return engine.exclusive(async () => {
    const { book } = engine.filing;
    const calendar = recordOf(checkCalendar(raw, book.calendars));
    const { year, off, work, source } = calendar;
    const details = { year, off: [...off], work: [...work], source };
    const change = beginChange(engine, caller, "filing.calendar", details);
    await change.store.putCalendar(calendar);
    book.calendars = withCalendar(book.calendars, calendar);
    const status = await currentStatus(engine);
    await change.record();
    return status;
  });
}

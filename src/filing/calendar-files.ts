/** Calendars that an operator adds as YAML files. */
import { parseDocument } from "yaml";
import type { FieldViolation } from "../base/errors.js";
import type { WorkCalendar } from "../store/filing-records.js";
import { CALENDAR_ENTRIES_MAX, checkCalendar, withCalendar } from "./calendar.js";
import type { Validated } from "./calendar-validated.js";

/** Largest file of one calendar, bytes of UTF-8; a published one takes less than 1 KiB. */
export const CALENDAR_FILE_SIZE_BYTES_MAX = 64 * 1024;
/** Files that are read together. */
export const CALENDAR_FILES_MAX = 100;

/**
 * What a calendar file says: a map with `year`, `off`, `work` and `source`, of which only `work`
 * may be left out. JSON is YAML too. Its shape alone is looked at: see `checkCalendar`.
 */
export function readCalendarFile(text: string): Validated<WorkCalendar> {
  const fault = (field: string, description: string): Validated<WorkCalendar> => ({
    ok: false,
    fields: [{ field, description }],
  });
  if (Buffer.byteLength(text) > CALENDAR_FILE_SIZE_BYTES_MAX) {
    return fault("", `is larger than ${CALENDAR_FILE_SIZE_BYTES_MAX / 1024} KiB`);
  }
  const value = parse(text);
  if (!value.ok) return fault("", value.problem);
  if (!isMap(value.content)) return fault("", "must be a map with year, off, work and source");
  return shapeOf(value.content);
}

type Parsed =
  | { readonly ok: true; readonly content: unknown }
  | { readonly ok: false; readonly problem: string };

function parse(text: string): Parsed {
  try {
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error !== undefined) return { ok: false, problem: `is not YAML: ${firstLine(error)}` };
    // A calendar has no use for aliases, which can be made to fill the memory.
    return { ok: true, content: document.toJS({ maxAliasCount: 0 }) };
  } catch (thrown) {
    // Nested a thousand levels deep, for example.
    return { ok: false, problem: `is not YAML: ${firstLine(thrown)}` };
  }
}

function firstLine(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return (message.split("\n")[0] ?? "").slice(0, 200);
}

type Map = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Map {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const names = ["year", "off", "work", "source"];

function shapeOf(map: Map): Validated<WorkCalendar> {
  const fields: FieldViolation[] = [];
  const add = (field: string, description: string) => fields.push({ field, description });
  const unknown = Object.keys(map).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const [first = ""] = unknown;
    add(first.slice(0, 40), `is not known: a calendar has ${names.join(", ")}`);
  }
  const { year, source, off, work = [] } = map;
  if (typeof year !== "number") add("year", "must be a number, for example 2027");
  if (typeof source !== "string") add("source", "must be text that names the notice");
  const daysOff = entriesOf(off);
  if (daysOff === null) add("off", listRule);
  const daysWorked = entriesOf(work);
  if (daysWorked === null) add("work", listRule);
  if (
    fields.length > 0 ||
    typeof year !== "number" ||
    typeof source !== "string" ||
    daysOff === null ||
    daysWorked === null
  ) {
    return { ok: false, fields };
  }
  return { ok: true, record: { year, off: daysOff, work: daysWorked, source } };
}

const listRule = `must be a list of at most ${CALENDAR_ENTRIES_MAX} entries such as "01-01"`;

function entriesOf(value: unknown): readonly string[] | null {
  if (!Array.isArray(value) || value.length > CALENDAR_ENTRIES_MAX) return null;
  const list: readonly unknown[] = value;
  const texts = list.filter((entry) => typeof entry === "string");
  return texts.length === list.length ? texts : null;
}

export interface CalendarFile {
  /** What errors call it. */
  readonly name: string;
  readonly text: string;
}

/**
 * The known calendars with those of the files, by year, or everything that is wrong in all of the
 * files. Their order does not matter; a field is told as `2027.yaml: off[3]`.
 */
export function withCalendarFiles(
  known: readonly WorkCalendar[],
  files: readonly CalendarFile[],
): Validated<readonly WorkCalendar[]> {
  if (files.length > CALENDAR_FILES_MAX) {
    const description = `must be at most ${CALENDAR_FILES_MAX}, and are ${files.length}`;
    return { ok: false, fields: [{ field: "calendar files", description }] };
  }
  const fields: FieldViolation[] = [];
  const read: { readonly name: string; readonly calendar: WorkCalendar }[] = [];
  for (const { name, text } of files) {
    const shape = readCalendarFile(text);
    if (shape.ok) read.push({ name, calendar: shape.record });
    else for (const { field, description } of shape.fields) add(name, field, description);
  }
  // From the known years outwards, so that a file may lean on another one.
  const edge = Math.max(...known.map(({ year }) => year), Number.NEGATIVE_INFINITY);
  read.sort((a, b) => distance(a.calendar.year, edge) - distance(b.calendar.year, edge));
  const years = new Map<number, string>();
  let calendars = known;
  for (const { name, calendar } of read) {
    const twin = years.get(calendar.year);
    if (twin !== undefined) add(name, "year", `is ${calendar.year}, as in ${twin}`);
    years.set(calendar.year, name);
    const checked = checkCalendar(calendar, calendars, "");
    if (!checked.ok)
      for (const { field, description } of checked.fields) add(name, field, description);
    // A wrong one still fills its year: that it leaves a hole is not what is wrong with the next.
    if (Number.isInteger(calendar.year)) calendars = withCalendar(calendars, calendar);
  }
  return fields.length > 0 ? { ok: false, fields } : { ok: true, record: calendars };

  function add(name: string, field: string, description: string): void {
    fields.push({ field: field === "" ? name : `${name}: ${field}`, description });
  }
}

/** Later years first, nearest first; then earlier ones, nearest first. */
function distance(year: number, edge: number): number {
  if (!Number.isFinite(edge)) return year;
  return year >= edge ? year - edge : 1_000_000 + edge - year;
}

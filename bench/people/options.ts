import { parseOptions, text } from "../parse-options.js";
import { wholeNumber } from "../whole-number.js";

export interface PeopleOptions {
  /** Enrolled through the server into an empty store, and timed. */
  readonly empty: number;
  /** Enrolled before duplicates are searched for, and before erasures. */
  readonly persons: number;
  /** Enrolled then, and timed. */
  readonly more: number;
  readonly erasures: number;
  /** Audit records appended, and timed. */
  readonly records: number;
  /** Queries, to take the cost of the audit. */
  readonly queries: number;
  /** Callers that query while the cost of the audit is taken. */
  readonly callers: number;
  /** Persons of the large start; 0 leaves it out. */
  readonly start: number;
  /** Where the persons of the large start are kept, and found again; null keeps nothing. */
  readonly data: string | null;
}

const defaults = {
  empty: 20_000,
  persons: 100_000,
  more: 5_000,
  erasures: 500,
  records: 200_000,
  queries: 4_000,
  callers: 16,
  start: 0,
} as const;

export const peopleUsage = `Options:
  --empty N      persons enrolled into an empty store, 100 to 1,000,000 (default ${defaults.empty})
  --persons N    persons enrolled before the rest is measured, 100 to 5,000,000 (default ${defaults.persons})
  --more N       persons enrolled then, against all of them, 10 to 1,000,000 (default ${defaults.more})
  --erasures N   persons erased one after another, 10 to 100,000 (default ${defaults.erasures})
  --records N    audit records appended, 1,000 to 10,000,000 (default ${defaults.records})
  --queries N    queries under load, 10 to 1,000,000 (default ${defaults.queries})
  --callers N    callers that query at once, 1 to 1,000 (default ${defaults.callers})
  --start N      time a start with this many persons too, as 1000000; 0 leaves it out (default 0)
  --data DIR     keep the persons of the large start there: filling a million takes half an hour
`;

/** @throws UsageError that says which option is wrong */
export function parsePeopleOptions(args: readonly string[]): PeopleOptions {
  const values = parse(args);
  const number = (name: Exclude<keyof PeopleOptions, "data">, least: number, most: number) =>
    wholeNumber(name, values[name], defaults[name], least, most);
  return {
    empty: number("empty", 100, 1_000_000),
    persons: number("persons", 100, 5_000_000),
    more: number("more", 10, 1_000_000),
    erasures: number("erasures", 10, 100_000),
    records: number("records", 1_000, 10_000_000),
    queries: number("queries", 10, 1_000_000),
    callers: number("callers", 1, 1_000),
    start: number("start", 0, 5_000_000),
    data: values.data ?? null,
  };
}

function parse(args: readonly string[]) {
  return parseOptions(args, {
    ...{ empty: text, persons: text, more: text, erasures: text, records: text },
    ...{ queries: text, callers: text, start: text, data: text },
  });
}

import { parseOptions, text } from "../parse-options.js";
import { wholeNumber } from "../whole-number.js";

export interface FilingOptions {
  /** Persons who are stored when they are counted anew. */
  readonly persons: number;
  /** Enrolments of which each is counted. */
  readonly enrolments: number;
}

const defaults = { persons: 1_000_000, enrolments: 1_000_000 } as const;

export const filingUsage = `Options:
  --persons N     persons stored who are counted anew, 1,000 to 10,000,000 (default ${defaults.persons})
  --enrolments N  enrolments counted one by one, 1,000 to 100,000,000 (default ${defaults.enrolments})
`;

/** @throws UsageError that says which option is wrong */
export function parseFilingOptions(args: readonly string[]): FilingOptions {
  const values = parse(args);
  return {
    persons: wholeNumber("persons", values.persons, defaults.persons, 1_000, 10_000_000),
    enrolments: wholeNumber("enrolments", values.enrolments, defaults.enrolments, 1_000, 1e8),
  };
}

function parse(args: readonly string[]) {
  return parseOptions(args, { persons: text, enrolments: text });
}

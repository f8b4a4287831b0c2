import { type ParseArgsConfig, parseArgs } from "node:util";
import { errorText, UsageError } from "./errors.js";

/** An option with a value, and one without. */
export const text = { type: "string" } as const;
export const flag = { type: "boolean" } as const;

/**
 * The values of a suite's options, as they were written.
 * @throws UsageError for an option that there is not, or that lacks its value
 */
export function parseOptions<Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (thrown) {
    throw new UsageError(errorText(thrown));
  }
}

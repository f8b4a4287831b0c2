import { flag, parseOptions, text } from "../parse-options.js";
import { wholeNumber } from "../whole-number.js";

export interface GateOptions {
  readonly zones: number;
  readonly cameras: number;
  /** Times that every scenario is measured, in turn. */
  readonly rounds: number;
  /** Calls timed for each scenario in each round. */
  readonly calls: number;
  readonly seed: number;
  /** Measure the start from the embedded store too. */
  readonly store: boolean;
}

const defaults = { zones: 10_000, cameras: 50_000, rounds: 5, calls: 100_000, seed: 1 } as const;

export const gateUsage = `Options:
  --zones N      zones of 100 to 1,000 vertices, 1 to 100,000 (default ${defaults.zones})
  --cameras N    cameras, a tenth of them mobile, 10 to 1,000,000 (default ${defaults.cameras})
  --rounds N     times that everything is measured in turn, 1 to 100 (default ${defaults.rounds})
  --calls N      calls timed of each kind in each round, 100 to 10,000,000 (default ${defaults.calls})
  --seed N       of the zones and queries (default ${defaults.seed})
  --no-store     leave out the start from the embedded database, which takes minutes to fill
`;

/** @throws UsageError that says which option is wrong */
export function parseGateOptions(args: readonly string[]): GateOptions {
  const values = parse(args);
  return {
    zones: wholeNumber("zones", values.zones, defaults.zones, 1, 100_000),
    cameras: wholeNumber("cameras", values.cameras, defaults.cameras, 10, 1_000_000),
    rounds: wholeNumber("rounds", values.rounds, defaults.rounds, 1, 100),
    calls: wholeNumber("calls", values.calls, defaults.calls, 100, 10_000_000),
    seed: wholeNumber("seed", values.seed, defaults.seed, 0, 2 ** 31 - 1),
    store: values["no-store"] !== true,
  };
}

function parse(args: readonly string[]) {
  return parseOptions(args, {
    zones: text,
    cameras: text,
    rounds: text,
    calls: text,
    seed: text,
    "no-store": flag,
  });
}

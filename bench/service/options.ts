import { UsageError } from "../errors.js";
import { parseOptions, text } from "../parse-options.js";
import { wholeNumber } from "../whole-number.js";

/** What there is to measure, in the order in which it is. */
export const serviceParts = ["embeddings", "frames", "curve", "changes", "fairness"] as const;
export type ServicePart = (typeof serviceParts)[number];

export interface ServiceOptions {
  readonly parts: readonly ServicePart[];
  readonly persons: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Client processes, which share the load. */
  readonly clients: number;
  /** Streams of each client. */
  readonly streams: number;
  /** Queries under way of all clients together, at saturation. */
  readonly inFlight: number;
  readonly singles: number;
  readonly arrivals: "poisson" | "fixed";
  readonly images: string | null;
  /** A data folder that is filled once and used again; null: a new one that is removed. */
  readonly data: string | null;
  readonly seed: number;
}

const defaults = {
  ...{ persons: 100_000, rounds: 5, seconds: 5, clients: 2, streams: 2 },
  ...{ "in-flight": 256, singles: 40, seed: 1 },
} as const;

export const serviceUsage = `Options:
  --parts LIST      of ${serviceParts.join(", ")} (default all)
  --persons N       enrolled before anything is measured, 100 to 5000000 (default ${defaults.persons})
  --rounds N        times that everything is measured in turn, 1 to 50 (default ${defaults.rounds})
  --seconds N       of one measurement, 1 to 600 (default ${defaults.seconds})
  --clients N       client processes, 1 to 64 (default ${defaults.clients})
  --streams N       streams of each client, 1 to 64 (default ${defaults.streams})
  --in-flight N     queries under way at saturation, 1 to 10000 (default ${defaults["in-flight"]})
  --singles N       frames sent one at a time in each round, 1 to 10000 (default ${defaults.singles})
  --arrivals KIND   poisson or fixed, of open loops (default poisson)
  --images DIR      portraits that frames are made of (default: those of the demo)
  --data DIR        a data folder that is filled once and used again (default: a new one, removed)
  --seed N          of persons and probes (default ${defaults.seed})
`;

/** @throws UsageError that says which option is wrong */
export function parseServiceOptions(args: readonly string[]): ServiceOptions {
  const values = parse(args);
  const number = (name: keyof typeof defaults, least: number, most: number) =>
    wholeNumber(name, values[name], defaults[name], least, most);
  const arrivals = values.arrivals ?? "poisson";
  if (arrivals !== "poisson" && arrivals !== "fixed") {
    throw new UsageError(`--arrivals must be poisson or fixed, not "${arrivals}"`);
  }
  return {
    parts: partsOf(values.parts),
    persons: number("persons", 100, 5_000_000),
    rounds: number("rounds", 1, 50),
    seconds: number("seconds", 1, 600),
    clients: number("clients", 1, 64),
    streams: number("streams", 1, 64),
    inFlight: number("in-flight", 1, 10_000),
    singles: number("singles", 1, 10_000),
    seed: number("seed", 0, 2 ** 31 - 1),
    arrivals,
    images: values.images ?? null,
    data: values.data ?? null,
  };
}

function partsOf(text: string | undefined): readonly ServicePart[] {
  if (text === undefined) return serviceParts;
  const words = text.split(",").map((word) => word.trim());
  for (const word of words) {
    if (serviceParts.some((part) => part === word)) continue;
    throw new UsageError(`--parts: there is no "${word}"; there is: ${serviceParts.join(", ")}`);
  }
  return serviceParts.filter((part) => words.includes(part));
}

function parse(args: readonly string[]) {
  return parseOptions(args, {
    ...{ parts: text, persons: text, rounds: text, seconds: text, clients: text },
    ...{ streams: text, "in-flight": text, singles: text, arrivals: text, images: text },
    ...{ data: text, seed: text },
  });
}

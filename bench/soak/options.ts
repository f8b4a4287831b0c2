import { parseOptions, text } from "../parse-options.js";
import { wholeNumber } from "../whole-number.js";

export interface SoakOptions {
  readonly minutes: number;
  readonly persons: number;
  /** Of the capacity found first, percent. */
  readonly percent: number;
  /** For each of the measurements of the capacity. */
  readonly capacitySeconds: number;
  readonly clients: number;
  readonly streams: number;
  readonly images: string | null;
  readonly data: string | null;
  readonly seed: number;
}

const defaults = {
  ...{ minutes: 10, persons: 10_000, percent: 80, "capacity-seconds": 15 },
  ...{ clients: 1, streams: 4, seed: 1 },
} as const;

export const soakUsage = `Options:
  --minutes N            1 to 10000 (default ${defaults.minutes})
  --persons N            enrolled before, 100 to 5000000 (default ${defaults.persons})
  --percent N            of the capacity that is found first, 1 to 100 (default ${defaults.percent})
  --capacity-seconds N   of each of three measurements of it, 2 to 600 (default ${defaults["capacity-seconds"]})
  --clients N            client processes, 1 to 64 (default ${defaults.clients})
  --streams N            streams of each client, 1 to 64 (default ${defaults.streams})
  --images DIR           portraits that frames are made of (default: those of the demo)
  --data DIR             a data folder that is filled once and used again (default: a new one, removed)
  --seed N               of persons and probes (default ${defaults.seed})

Exit code 3 when memory grows beyond its noise, a request fails, or p99 drifts.
`;

/** @throws UsageError that says which option is wrong */
export function parseSoakOptions(args: readonly string[]): SoakOptions {
  const values = parse(args);
  const number = (name: keyof typeof defaults, least: number, most: number) =>
    wholeNumber(name, values[name], defaults[name], least, most);
  return {
    minutes: number("minutes", 1, 10_000),
    persons: number("persons", 100, 5_000_000),
    percent: number("percent", 1, 100),
    capacitySeconds: number("capacity-seconds", 2, 600),
    clients: number("clients", 1, 64),
    streams: number("streams", 1, 64),
    seed: number("seed", 0, 2 ** 31 - 1),
    images: values.images ?? null,
    data: values.data ?? null,
  };
}

function parse(args: readonly string[]) {
  return parseOptions(args, {
    ...{ minutes: text, persons: text, percent: text, "capacity-seconds": text },
    ...{ clients: text, streams: text, images: text, data: text, seed: text },
  });
}

import { availableParallelism } from "node:os";
import { type IndexDriverName, indexDriverNames } from "../../src/index/port.js";
import { UsageError } from "../errors.js";
import { flag, parseOptions, text } from "../parse-options.js";
import { wholeNumber } from "../whole-number.js";

export interface IndexOptions {
  /** Sizes of the gallery, rising. */
  readonly persons: readonly number[];
  readonly drivers: readonly IndexDriverName[];
  /** Kinds of kernel; "default" and "native" leave it to the index, "wasm" is the quickest of WebAssembly. */
  readonly kernels: readonly string[];
  readonly peers: readonly string[];
  readonly rounds: number;
  /** Half of them of persons enrolled, half of strangers. */
  readonly probes: number;
  /** Of one measurement of throughput. */
  readonly seconds: number;
  readonly threads: number;
  readonly seed: number;
  /** Longest for one library to take all rows. */
  readonly buildMinutes: number;
  /** Whether each of our own indexes is saved, sealed, and opened again at the end. */
  readonly snapshots: boolean;
  /** Whether our own graphs are built in a fraction of the time, as large and not as good. */
  readonly roughGraphs: boolean;
  /** Recall that a peer's setting must reach. */
  readonly recall: number;
}

export const kernelNames = ["default", "native", "wasm", "simd", "scalar"] as const;

const defaults = {
  ...{ persons: "1000,10000,100000", drivers: "exact,hnsw,auto", kernels: "default" },
  ...{ rounds: 5, probes: 1_000, seconds: 2, seed: 1, buildMinutes: 30, recall: 0.99 },
} as const;

export const indexUsage = `Options:
  --persons LIST        sizes of the gallery, 100 to 5000000 (default ${defaults.persons})
  --drivers LIST        of exact, hnsw, auto (default ${defaults.drivers})
  --kernels LIST        of ${kernelNames.join(", ")} (default ${defaults.kernels}):
                        the quickest, native code, WebAssembly, WebAssembly without relaxed SIMD, JavaScript
  --peers LIST          all, none, or names (default all):
                        hnswlib-node-copies, hnswlib-node-shards, usearch, usearch-bf16, zvec, lancedb,
                        python-hnswlib, faiss-flat, faiss-hnsw, faiss-ivf, faiss-fastscan
  --rounds N            times that everything is measured in turn, 1 to 50 (default ${defaults.rounds})
  --probes N            half of persons enrolled, half of strangers, 20 to 100000 (default ${defaults.probes})
  --seconds N           of one measurement of throughput, 1 to 60 (default ${defaults.seconds})
  --threads N           1 to 256 (default: one for each core)
  --recall N            what a setting of a peer or a graph must reach, 0.5 to 1 (default ${defaults.recall})
  --build-minutes N     longest for one library to take all rows, 1 to 600 (default ${defaults.buildMinutes})
  --snapshots           save each of our own indexes at the end, sealed, and open it again
  --rough-graphs        build our own graphs in a fraction of the time, as large and not as good:
                        for how long a snapshot takes, not for recall
  --seed N              of the gallery and the probes (default ${defaults.seed})

The peers of npm are installed when they are missing, into bench-output/.peers; those of Python
are Debian's: apt-get install python3-hnswlib python3-faiss. A million persons takes hours with all
peers, whose graphs take most of it, and some 10 GiB of memory.
`;

/**
 * @param peerNames every peer there is
 * @throws UsageError that says which option is wrong
 */
export function parseIndexOptions(
  args: readonly string[],
  peerNames: readonly string[],
): IndexOptions {
  const values = parse(args);
  const number = (name: "rounds" | "probes" | "seconds" | "seed", least: number, most: number) =>
    wholeNumber(name, values[name], defaults[name], least, most);
  const peers = values.peers ?? "all";
  return {
    persons: list(values.persons ?? defaults.persons)
      .map((text) => wholeNumber("persons", text, 0, 100, 5_000_000))
      .sort((a, b) => a - b),
    drivers: oneOf("drivers", values.drivers ?? defaults.drivers, indexDriverNames),
    kernels: oneOf("kernels", values.kernels ?? defaults.kernels, kernelNames),
    peers: peers === "all" ? peerNames : peers === "none" ? [] : oneOf("peers", peers, peerNames),
    rounds: number("rounds", 1, 50),
    probes: number("probes", 20, 100_000),
    seconds: number("seconds", 1, 60),
    threads: wholeNumber("threads", values.threads, availableParallelism(), 1, 256),
    seed: number("seed", 0, 2 ** 31 - 1),
    buildMinutes: wholeNumber(
      ...(["build-minutes", values["build-minutes"], defaults.buildMinutes, 1, 600] as const),
    ),
    snapshots: values.snapshots ?? false,
    roughGraphs: values["rough-graphs"] ?? false,
    recall: recallOf(values.recall),
  };
}

function list(text: string): string[] {
  return text.split(",").map((word) => word.trim());
}

function oneOf<Name extends string>(
  option: string,
  text: string,
  known: readonly Name[],
): readonly Name[] {
  return list(text).map((word) => {
    const name = known.find((candidate) => candidate === word);
    if (name !== undefined) return name;
    throw new UsageError(`--${option}: there is no "${word}"; there is: ${known.join(", ")}`);
  });
}

function recallOf(text: string | undefined): number {
  if (text === undefined) return defaults.recall;
  const value = Number(text);
  if (text !== "" && value >= 0.5 && value <= 1) return value;
  throw new UsageError(`--recall must be from 0.5 to 1, not "${text}"`);
}

function parse(args: readonly string[]) {
  return parseOptions(args, {
    ...{ persons: text, drivers: text, kernels: text, peers: text, rounds: text },
    ...{ probes: text, seconds: text, threads: text, seed: text, recall: text },
    "build-minutes": text,
    ...{ snapshots: flag, "rough-graphs": flag },
  });
}

import { availableParallelism } from "node:os";
import { UsageError } from "../errors.js";
import { parseOptions, text } from "../parse-options.js";
import { wholeNumber } from "../whole-number.js";
import type { FrameSize } from "./frames.js";

export interface VisionBenchOptions {
  readonly sizes: readonly FrameSize[];
  /** Folder of portraits; null: those of the demo. */
  readonly images: string | null;
  readonly frames: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Frames timed alone in each round. */
  readonly singles: number;
  readonly threads: number;
}

const defaults = { sizes: "320x240,640x480,1280x720,1920x1080", frames: 16, rounds: 5 } as const;
const more = { seconds: 3, singles: 40 } as const;

export const visionUsage = `Options:
  --sizes LIST    of frames, WIDTHxHEIGHT (default ${defaults.sizes})
  --images DIR    portraits that frames are made of (default: those of the demo)
  --frames N      different frames, 1 to 1000 (default ${defaults.frames})
  --rounds N      times that everything is measured in turn, 1 to 50 (default ${defaults.rounds})
  --seconds N     of one measurement of throughput, 1 to 60 (default ${more.seconds})
  --singles N     frames timed alone in each round, 1 to 10000 (default ${more.singles})
  --threads N     1 to 256 (default: one for each core)
`;

/** @throws UsageError that says which option is wrong */
export function parseVisionOptions(args: readonly string[]): VisionBenchOptions {
  const values = parse(args);
  return {
    sizes: (values.sizes ?? defaults.sizes).split(",").map(sizeOf),
    images: values.images ?? null,
    frames: wholeNumber("frames", values.frames, defaults.frames, 1, 1_000),
    rounds: wholeNumber("rounds", values.rounds, defaults.rounds, 1, 50),
    seconds: wholeNumber("seconds", values.seconds, more.seconds, 1, 60),
    singles: wholeNumber("singles", values.singles, more.singles, 1, 10_000),
    threads: wholeNumber("threads", values.threads, availableParallelism(), 1, 256),
  };
}

function sizeOf(text: string): FrameSize {
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(text.trim()) ?? [];
  if (width === undefined || height === undefined) {
    throw new UsageError(`--sizes: "${text}" is no size; write 640x480`);
  }
  return { width: Number(width), height: Number(height) };
}

function parse(args: readonly string[]) {
  return parseOptions(args, {
    ...{ sizes: text, images: text, frames: text, rounds: text, seconds: text },
    ...{ singles: text, threads: text },
  });
}

import { availableParallelism } from "node:os";
import { UsageError } from "../errors.js";
import { flag, parseOptions, text } from "../parse-options.js";
import { wholeNumber } from "../whole-number.js";

export interface AccuracyOptions {
  /** List of pairs for verification, if that is measured. */
  readonly pairs: string | undefined;
  /** Open-set list for identification, if that is measured. */
  readonly openSet: string | undefined;
  /** Folder that the lists' paths start from. */
  readonly root: string;
  /** Model pack by name; undefined: the server's default. */
  readonly pack: string | undefined;
  readonly models: string | undefined;
  readonly cache: string | undefined;
  /** Average with the mirror image; undefined: the pack's choice. */
  readonly flipAverage: boolean | undefined;
  /** Smallest face looked for, pixels; undefined: the server's default. */
  readonly faceSizeMinPx: number | undefined;
  /** Worker threads, one engine each. */
  readonly workers: number;
  /** Resamplings behind each bootstrap interval. */
  readonly replicates: number;
  readonly seed: number;
  /** Name of the data in titles and in the calibration. */
  readonly dataset: string;
  readonly calibration: boolean;
  readonly misses: boolean;
}

const WORKERS_MAX = 64;
const REPLICATES_MAX = 100_000;
const FACE_SIZE_MIN = 8;
const FACE_SIZE_MAX = 400;
const SEED_MAX = 2 ** 31 - 1;

export const accuracyUsage = `Options:
  --pairs FILE        pairs to verify: CSV with the columns a,b,same and optionally fold
  --openset FILE      people to identify: CSV with the columns role,identity,path,
                      role one of gallery, mated, nonmated
  --root DIR          folder that the paths in the lists start from
  --dataset NAME      name of the data in titles (default: the root's last folder)
  --pack NAME         model pack (default: the server's)
  --models DIR        folder of the packs (default: models beside the package)
  --flip on|off       average each face with its mirror image (default: the pack's choice)
  --face-size-min N   smallest face looked for, pixels, ${FACE_SIZE_MIN} to ${FACE_SIZE_MAX} (default: the server's)
  --workers N         worker threads, 1 to ${WORKERS_MAX} (default: one per core)
  --cache FILE        keep embeddings here and use them again. They are biometric data:
                      only for public research images, and never inside the project
  --replicates N      bootstrap resamplings, 1 to ${REPLICATES_MAX} (default 2000)
  --seed N            of the resampling (default 1)
  --calibration       also write and print the manifest's calibration, from the impostor tail
  --misses            also write accuracy-misses.csv: what failed, for looking into
Of --pairs and --openset at least one is needed.
`;

/** @throws UsageError that says which option is wrong */
export function parseAccuracyOptions(args: readonly string[]): AccuracyOptions {
  const values = parse(args);
  const { pairs, openset: openSet, root, "face-size-min": faceSize } = values;
  if (pairs === undefined && openSet === undefined) {
    throw new UsageError("give --pairs FILE, --openset FILE, or both");
  }
  if (root === undefined) throw new UsageError("--root DIR is needed: where the images are");
  if (values.calibration === true && openSet === undefined) {
    throw new UsageError("--calibration needs --openset, whose impostors it is estimated on");
  }
  return {
    pairs,
    openSet,
    root,
    pack: values.pack,
    models: values.models,
    cache: values.cache,
    flipAverage: onOff("flip", values.flip),
    faceSizeMinPx:
      faceSize === undefined
        ? undefined
        : wholeNumber("face-size-min", faceSize, 0, FACE_SIZE_MIN, FACE_SIZE_MAX),
    workers: wholeNumber("workers", values.workers, availableParallelism(), 1, WORKERS_MAX),
    replicates: wholeNumber("replicates", values.replicates, 2000, 1, REPLICATES_MAX),
    seed: wholeNumber("seed", values.seed, 1, 0, SEED_MAX),
    dataset: values.dataset ?? lastFolder(root),
    calibration: values.calibration ?? false,
    misses: values.misses ?? false,
  };
}

function parse(args: readonly string[]) {
  return parseOptions(args, {
    pairs: text,
    openset: text,
    root: text,
    dataset: text,
    pack: text,
    models: text,
    cache: text,
    flip: text,
    "face-size-min": text,
    workers: text,
    replicates: text,
    seed: text,
    calibration: flag,
    misses: flag,
  });
}

function onOff(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text !== "on" && text !== "off") throw new UsageError(`--${name} must be on or off`);
  return text === "on";
}

function lastFolder(root: string): string {
  return root.split(/[\\/]/).findLast((part) => part !== "" && part !== ".") ?? "images";
}

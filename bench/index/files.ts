import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFaceDrawer, DIMENSION, type ProbeKind } from "../gallery/draw.js";
import { seededRandom } from "../random.js";
import { reserve } from "./rows-file.js";
import { partsOf, runThreads } from "./thread-crew.js";

/** A gallery and its probes on the disk: made-up faces, nobody's. */
export interface BenchFiles {
  readonly folder: string;
  readonly galleryFile: string;
  readonly probesFile: string;
  readonly kinds: readonly ProbeKind[];
  remove(): Promise<void>;
}

/** What one thread draws. */
export interface DrawWork {
  readonly seed: number;
  readonly path: string;
  readonly from: number;
  readonly count: number;
}

/** Draws persons on all threads. @param threads 1 or more */
export async function makeFiles(
  options: {
    readonly persons: number;
    readonly probes: number;
    readonly seed: number;
    readonly threads: number;
  },
  signal: AbortSignal,
): Promise<BenchFiles> {
  const { persons, probes, seed, threads } = options;
  const folder = await mkdtemp(join(tmpdir(), "cordon-index-bench-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const galleryFile = join(folder, "gallery.f32");
    await reserve(galleryFile, persons * DIMENSION * 4);
    const work: DrawWork[] = partsOf(persons, threads).map((part) => ({
      ...{ seed, path: galleryFile, ...part },
    }));
    await runThreads(import.meta.url, "draw-worker.js", work, signal);
    const probesFile = join(folder, "probes.f32");
    const drawn = drawProbes(persons, probes, seed);
    await writeFile(probesFile, new Uint8Array(drawn.values.buffer));
    return { folder, galleryFile, probesFile, kinds: drawn.kinds, remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

/** Mated and non-mated in turn, so that any run of them holds both. */
export function drawProbes(
  persons: number,
  count: number,
  seed: number,
): { readonly values: Float32Array<ArrayBuffer>; readonly kinds: readonly ProbeKind[] } {
  const faces = createFaceDrawer(seed);
  const random = seededRandom(seed + 1);
  const values = new Float32Array(count * DIMENSION);
  const kinds = Array.from({ length: count }, (_, at): ProbeKind => {
    const into = values.subarray(at * DIMENSION, (at + 1) * DIMENSION);
    if (at % 2 === 0) faces.probe(random.below(persons), at, into);
    else faces.stranger(at, into);
    return at % 2 === 0 ? "mated" : "non-mated";
  });
  return { values, kinds };
}

/** A folder for what one entrant must write. */
export async function reserveFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
}

import { galleriesReportedMax, type IndexReport, searchMethods } from "../index/port.js";
import type { Engine } from "./engine.js";

/** Replays that one of the two halves of the window holds. */
const WINDOW = 1_000;
/** Replays from which on a warning may be given. */
const SAMPLES_MIN = 100;
/** Standard deviations by which the recall must miss its target: 1 in 40 by chance. */
const DEVIATIONS = 2;

/** Keeps the index's metrics, and warns when it finds fewer than it should. */
export interface IndexWatch {
  /** Asks the index how it is; one question at a time. */
  poll(): Promise<void>;
}

interface Samples {
  replayed: number;
  agreed: number;
}

/** What of one method was seen, and the replays that its recall is told from. */
interface Seen {
  /** Totals at the last poll. */
  last: Samples;
  current: Samples;
  previous: Samples;
  isLow: boolean;
}

/**
 * @param options `driver` as it was asked for; `recallTarget` the fraction of queries whose best
 *   must be the true best
 */
export function createIndexWatch(
  { index, metrics, log }: Pick<Engine, "index" | "metrics" | "log">,
  options: { readonly driver: string; readonly recallTarget: number },
): IndexWatch {
  const seen = { exact: nothing(), hnsw: nothing() };
  let polling: Promise<void> | null = null;
  /** What was said of kernels that are not used. */
  let saidOf = "";

  /** Scans may take several times as long for it, and nobody would know why. */
  function tellKernels({ kernels, passedOver }: IndexReport): void {
    const text = passedOver.join("; ");
    if (text === saidOf) return;
    saidOf = text;
    if (text !== "") log.warn({ kernels, passedOver }, "a quicker kernel of the index is not used");
  }

  function watchRecall(method: keyof typeof seen, report: IndexReport): void {
    const one = seen[method];
    const more = take(one, report.methods[method]);
    if (more > 0) metrics.indexReplayed.inc({ method }, more);
    const replayed = one.current.replayed + one.previous.replayed;
    if (replayed === 0) return;
    const recall = (one.current.agreed + one.previous.agreed) / replayed;
    metrics.indexRecallAt1.set({ method }, recall);
    const isLow = isBelow(recall, replayed, options.recallTarget);
    if (isLow && !one.isLow) {
      const { recallTarget } = options;
      log.warn({ method, recall, recallTarget, replayed }, "the index finds fewer than it should");
    }
    if (!isLow && one.isLow) log.info({ method, recall, replayed }, "the index finds enough again");
    one.isLow = isLow;
  }

  async function look(): Promise<void> {
    const report = await index.report(galleriesReportedMax);
    tellKernels(report);
    const { driver } = options;
    metrics.indexInfo.reset();
    const kernel = report.kernels.join(" ");
    metrics.indexInfo.set({ driver, kernel, workers: String(report.workers) }, 1);
    for (const method of searchMethods) {
      const { galleries, templates, bytes } = report.methods[method];
      metrics.indexGalleries.set({ method }, galleries);
      metrics.indexTemplates.set({ method }, templates);
      metrics.indexBytes.set({ method }, bytes);
      watchRecall(method, report);
    }
    metrics.galleryTemplates.reset();
    for (const { galleryId: gallery, templates, methods } of report.galleries) {
      const method = methods.length > 1 ? "mixed" : (methods[0] ?? "exact");
      metrics.galleryTemplates.set({ gallery, method }, templates);
    }
  }

  return {
    poll() {
      polling ??= look().finally(() => {
        polling = null;
      });
      return polling;
    },
  };
}

function nothing(): Seen {
  const none = () => ({ replayed: 0, agreed: 0 });
  return { last: none(), current: none(), previous: none(), isLow: false };
}

/** Takes in the totals; what a worker that ended had counted is taken off them. */
function take(seen: Seen, { replayed, agreed }: Readonly<Samples>): number {
  const isSmaller = replayed < seen.last.replayed || agreed < seen.last.agreed;
  const more = isSmaller ? 0 : replayed - seen.last.replayed;
  seen.current.replayed += more;
  seen.current.agreed += isSmaller ? 0 : agreed - seen.last.agreed;
  seen.last = { replayed, agreed };
  if (seen.current.replayed >= WINDOW) {
    seen.previous = seen.current;
    seen.current = { replayed: 0, agreed: 0 };
  }
  return more;
}

/** Whether it is so beyond what chance does with so few samples. */
function isBelow(recall: number, samples: number, target: number): boolean {
  const deviation = Math.sqrt((target * (1 - target)) / samples);
  return samples >= SAMPLES_MIN && recall + DEVIATIONS * deviation < target;
}

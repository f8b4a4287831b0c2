import type { ShardReport, WorkerReport } from "./messages.js";
import { type Placed, type Placement, sizeOf } from "./placement.js";
import {
  type GalleryReport,
  type IndexReport,
  type MethodReport,
  type SearchMethod,
  searchMethods,
} from "./port.js";
import { galleryOfShard } from "./shards.js";
import type { Slab } from "./slab.js";

/** Names that a worker reports of what it searches by graphs; far more than fit one machine. */
const graphNamesMax = 4_096;

/**
 * What a worker says of its shards: sums, and in full those that are asked for. A worker can have
 * ten thousand, and the host's thread should not have to take them all in.
 * @param wanted names of shards
 */
export function summarise(
  slab: Pick<Slab, "kernel" | "passedOver">,
  reports: readonly ShardReport[],
  wanted: readonly string[],
): WorkerReport {
  const methods = { exact: noMethod(), hnsw: noMethod() };
  const graphs: string[] = [];
  const byName = new Map<string, ShardReport>();
  for (const report of reports) {
    addTo(methods[report.method], report);
    byName.set(report.galleryId, report);
    if (report.method === "hnsw" && graphs.length < graphNamesMax) graphs.push(report.galleryId);
  }
  const shards = wanted.flatMap((name) => byName.get(name) ?? []);
  const { kernel, passedOver } = slab;
  return { kernel, passedOver, methods, graphs, shards };
}

/** Asks every worker, and puts together what they say of the galleries that are wanted. */
export async function reportOn(
  placement: Placement,
  galleryIds: readonly string[],
): Promise<IndexReport> {
  const galleries = galleryIds.flatMap((galleryId) => placement.peek(galleryId) ?? []);
  const lanes = placement.lanes.filter(({ alive }) => alive);
  const asked = lanes.map(async (lane) => {
    const shards = galleries.flatMap((gallery) => gallery.shards);
    const names = shards.filter((shard) => shard.lane === lane).map(({ name }) => name);
    return lane.ask({ kind: "report", shards: names });
  });
  const answers = await Promise.allSettled(asked);
  // A worker that ended meanwhile holds nothing.
  const reports = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  return {
    kernels: [...new Set(reports.map(({ kernel }) => kernel))].toSorted(),
    passedOver: [...new Set(reports.flatMap(({ passedOver }) => passedOver))],
    workers: lanes.length,
    methods: methodsOf(placement, reports),
    galleries: galleries.map((gallery) => galleryReport(gallery, reports)),
  };
}

/** The ids of the galleries with the most templates, the roster aside, largest first. */
export function largest(placement: Placement, most: number): readonly string[] {
  return placement
    .list()
    .map((gallery) => ({ galleryId: gallery.galleryId, ...sizeOf(gallery) }))
    .toSorted((a, b) => b.templates - a.templates || (a.galleryId < b.galleryId ? -1 : 1))
    .slice(0, most)
    .map(({ galleryId }) => galleryId);
}

function methodsOf(
  placement: Placement,
  reports: readonly WorkerReport[],
): Readonly<Record<SearchMethod, MethodReport>> {
  const sums = { exact: noMethod(), hnsw: noMethod() };
  for (const { methods } of reports) {
    for (const method of searchMethods) addTo(sums[method], methods[method]);
  }
  const byGraph = new Set(reports.flatMap(({ graphs }) => graphs.map(galleryOfShard)));
  return {
    exact: { ...sums.exact, galleries: placement.count - byGraph.size },
    hnsw: { ...sums.hnsw, galleries: byGraph.size },
  };
}

function galleryReport(gallery: Placed, reports: readonly WorkerReport[]): GalleryReport {
  const names = new Set(gallery.shards.map(({ name }) => name));
  const shards = reports.flatMap((report) => {
    return report.shards.filter(({ galleryId }) => names.has(galleryId));
  });
  const sums = noMethod();
  for (const shard of shards) addTo(sums, shard);
  const { persons, templates } = sizeOf(gallery);
  return {
    galleryId: gallery.galleryId,
    ...sums,
    persons,
    templates,
    methods: [...new Set(shards.map(({ method }) => method))].toSorted(),
    reasons: [...new Set(shards.map(({ why }) => why))].toSorted(),
  };
}

/** Sums that are still zero. */
interface Sums {
  templates: number;
  bytes: number;
  replayed: number;
  agreed: number;
}

function noMethod(): Sums {
  return { templates: 0, bytes: 0, replayed: 0, agreed: 0 };
}

function addTo(sums: Sums, { templates, bytes, replayed, agreed }: Readonly<Sums>): void {
  sums.templates += templates;
  sums.bytes += bytes;
  sums.replayed += replayed;
  sums.agreed += agreed;
}

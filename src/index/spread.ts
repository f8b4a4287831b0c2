import type { CordonError } from "../base/errors.js";
import { workerFailed } from "./lane.js";
import type { Size } from "./messages.js";
import { type Placed, type Shard, shardFor } from "./placement.js";
import type { PackedEntries } from "./rows.js";

/** Checked entries, one vector after another. */
export type Packed = PackedEntries & { readonly vectors: Float32Array<ArrayBuffer> };

/** What one shard is told of an addition. */
export interface Part {
  readonly shard: Shard;
  /** Null when nothing of it belongs here. */
  readonly own: Packed | null;
  /** Templates that belong to other shards, and are here no more if they were. */
  readonly others: readonly string[];
}

/**
 * Splits an addition by the shards of its persons. Every shard that may hold a template hears of
 * it, also when it goes to another: it may be there under the person it belonged to before. That is
 * a list of ids and a look-up each, and nothing to keep on the host, which knows no templates.
 * @param neverMoved that they are in no other shard is known
 *
 * Takes the vectors over: what is split is copied and zeroed.
 */
export function spread(
  gallery: Placed,
  packed: Packed,
  dimension: number,
  neverMoved: boolean,
): readonly Part[] {
  const { templateIds, personIds } = packed;
  const [only] = gallery.shards;
  if (templateIds.length === 0) return [];
  if (gallery.shards.length === 1 && only !== undefined) {
    return [{ shard: only, own: packed, others: [] }];
  }
  // A templateId twice in one addition holds the later vector, in whichever shards the two are.
  const last = new Map(templateIds.map((templateId, i) => [templateId, i]));
  const places = new Map<Shard, number[]>(gallery.shards.map((shard) => [shard, []]));
  for (const i of last.values()) {
    places.get(shardFor(gallery, personIds[i] as string))?.push(i);
  }
  const parts = gallery.shards.map((shard): Part => {
    const own = places.get(shard) ?? [];
    return {
      shard,
      own: own.length === 0 ? null : pick(packed, own, dimension),
      others: neverMoved || !shard.isPlaced ? [] : othersOf(last, own),
    };
  });
  packed.vectors.fill(0);
  return parts.filter(({ own, others }) => own !== null || others.length > 0);
}

/** The templates of an addition that are not in these places. */
function othersOf(last: ReadonlyMap<string, number>, own: readonly number[]): readonly string[] {
  const mine = new Set(own);
  return [...last].filter(([, i]) => !mine.has(i)).map(([templateId]) => templateId);
}

function pick({ templateIds, personIds, vectors }: Packed, places: number[], dimension: number) {
  const picked = new Float32Array(places.length * dimension);
  places.forEach((place, i) => {
    picked.set(vectors.subarray(place * dimension, (place + 1) * dimension), i * dimension);
  });
  return {
    templateIds: places.map((place) => templateIds[place] as string),
    personIds: places.map((place) => personIds[place] as string),
    vectors: picked,
  };
}

/** Why not all parts would be taken now; null when they would. Asked before any is sent. */
export function refusalOf(parts: readonly Part[]): CordonError | null {
  for (const { shard, own } of parts) {
    if (own !== null && shard.state === "lost") return workerFailed(undefined);
    const fault = shard.lane.refusal(own === null ? "removeTemplates" : "add");
    // A worker that is given up holds nothing to be removed.
    if (fault !== null && (own !== null || fault.reason !== "WORKER_FAILED")) return fault;
  }
  return null;
}

/** Adds entries to their shard, which its worker hears of first when they are its first. */
export async function addToShard({ driver }: Placed, shard: Shard, entries: Packed): Promise<void> {
  const { lane, name } = shard;
  const count = entries.templateIds.length;
  shard.arriving += count;
  try {
    if (!shard.isPlaced) {
      shard.isPlaced = true;
      // If it fails, so does the addition behind it.
      lane.ask({ kind: "create", galleryId: name, driver }).catch(() => undefined);
    }
    resize(shard, await lane.ask({ kind: "add", galleryId: name, entries }));
  } finally {
    shard.arriving -= count;
  }
}

/** Removes templates from a shard, those of them that are there. Returns how many were. */
export async function removeFromShard(
  shard: Shard,
  templateIds: readonly string[],
): Promise<number> {
  const { lane, name } = shard;
  const request = { kind: "removeTemplates", galleryId: name, templateIds } as const;
  const { removed, ...size } = await lane.ask(request);
  resize(shard, size);
  return removed;
}

/** Takes in how large a shard is now. */
export function resize(shard: Shard, { persons, templates }: Size): void {
  // The answer may have been on its way when the worker ended.
  if (shard.state === "lost") return;
  shard.persons = persons;
  shard.templates = templates;
}

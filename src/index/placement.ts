import { notFound } from "../base/errors.js";
import { checkId } from "./check.js";
import { type Lane, workerFailed } from "./lane.js";
import { type IndexDriverName, rosterId } from "./port.js";
import { shardName, shardOf } from "./shards.js";

/** One worker's part of a gallery, as the host knows it: the persons whose ids fall to it. */
export interface Shard {
  readonly number: number;
  /** What its worker knows it by. */
  readonly name: string;
  /** The worker that holds it. */
  lane: Lane;
  /** Searched only when `live`. What was `lost` with its worker is `loading` until it is back. */
  state: "live" | "lost" | "loading";
  /** Whether its worker was told of it, which the first template does. */
  isPlaced: boolean;
  persons: number;
  templates: number;
  /** Templates of additions that are not answered yet. */
  arriving: number;
  /** What happened while the shard was loading, which wins over what is loaded. */
  changes: Changes | null;
}

/** Changes that came while a shard was loading. */
export interface Changes {
  readonly removedPersons: Set<string>;
  readonly removedTemplates: Set<string>;
  /** Also those that went to another shard. */
  readonly addedTemplates: Set<string>;
}

/** A gallery as the host knows it: one shard for each worker. */
export interface Placed {
  readonly galleryId: string;
  readonly driver: IndexDriverName;
  readonly shards: readonly Shard[];
  /** Searches that some shard has not answered yet. They settle, and never reject. */
  readonly underWay: Set<Promise<unknown>>;
  /** Called once when every shard is live again. */
  readonly whenLive: Set<() => void>;
}

/** Which galleries there are, and which worker holds what of them. */
export interface Placement {
  readonly lanes: readonly Lane[];
  /** Galleries beside the roster. */
  readonly count: number;
  /** Puts a new, empty gallery on the workers. @throws CordonError UNAVAILABLE without workers */
  add(galleryId: string): Placed;
  /** @throws CordonError NOT_FOUND */
  get(galleryId: string): Placed;
  peek(galleryId: string): Placed | undefined;
  /** Every gallery but the roster. */
  list(): readonly Placed[];
  /** Forgets it, unless another of its name has taken its place. */
  remove(gallery: Placed): void;
  /** The worker of shards of this number. @throws CordonError UNAVAILABLE when none is left */
  laneOf(shard: number): Lane;
  /** Marks what a worker that ended held as lost, and names the galleries. */
  lose(lane: Lane): readonly string[];
  /** Galleries, the roster among them, of which a part is lost and is not being reloaded. */
  lost(): readonly string[];
}

/**
 * No galleries yet, over these workers.
 * @param driver of every gallery but the roster, which is always exact
 */
export function createPlacement(lanes: readonly Lane[], driver: IndexDriverName): Placement {
  const galleries = new Map<string, Placed>();

  /** The worker of this number or, when it was given up, the next that was not. */
  function laneOf(shard: number): Lane {
    const lane = [...lanes.slice(shard), ...lanes.slice(0, shard)].find(({ alive }) => alive);
    if (lane === undefined) throw workerFailed(undefined);
    return lane;
  }

  function emptyShard(galleryId: string, number: number): Shard {
    const name = shardName(galleryId, number);
    const empty = { isPlaced: false, persons: 0, templates: 0, arriving: 0, changes: null };
    return { number, name, lane: laneOf(number), state: "live", ...empty };
  }

  return {
    lanes,
    get count() {
      return galleries.size - (galleries.has(rosterId) ? 1 : 0);
    },
    add(galleryId) {
      const gallery: Placed = {
        galleryId,
        driver: galleryId === rosterId ? "exact" : driver,
        shards: lanes.map((_, number) => emptyShard(galleryId, number)),
        underWay: new Set(),
        whenLive: new Set(),
      };
      galleries.set(galleryId, gallery);
      return gallery;
    },
    get(galleryId) {
      checkId("galleryId", galleryId);
      const gallery = galleries.get(galleryId);
      if (gallery === undefined) throw notFound("gallery", galleryId);
      return gallery;
    },
    peek: (galleryId) => galleries.get(galleryId),
    list: () => [...galleries.values()].filter(({ galleryId }) => galleryId !== rosterId),
    remove(gallery) {
      if (galleries.get(gallery.galleryId) === gallery) galleries.delete(gallery.galleryId);
    },
    laneOf,
    lose(lane) {
      const lost: string[] = [];
      for (const { galleryId, shards } of galleries.values()) {
        const gone = shards.filter((shard) => shard.lane === lane && !isEmptied(shard));
        for (const shard of gone) markLost(shard);
        if (gone.length > 0) lost.push(galleryId);
      }
      return lost;
    },
    lost() {
      const hasLost = ({ shards }: Placed) => shards.some(({ state }) => state === "lost");
      return [...galleries.values()].filter(hasLost).map(({ galleryId }) => galleryId);
    },
  };

  /** A shard that held nothing stays live, on whichever worker is left. */
  function isEmptied(shard: Shard): boolean {
    if (shard.state !== "live" || holdsAny(shard)) return false;
    if (!lanes.some(({ alive }) => alive)) return false;
    shard.isPlaced = false;
    shard.lane = laneOf(shard.number);
    return true;
  }
}

/** Nothing of it is in any worker from now on, and it is not searched until it is reloaded. */
export function markLost(shard: Shard): void {
  const nothing = { isPlaced: false, persons: 0, templates: 0, changes: null };
  Object.assign(shard, { state: "lost", ...nothing });
}

/** False when no template can be in it, whatever is still under way. */
export function holdsAny({ templates, arriving }: Shard): boolean {
  return templates + arriving > 0;
}

export function isLive({ shards }: Placed): boolean {
  return shards.every(({ state }) => state === "live");
}

/** The shard that a person's templates are in. */
export function shardFor({ shards }: Placed, personId: string): Shard {
  return shards[shardOf(personId, shards.length)] as Shard;
}

/** Persons and templates of all shards, and templates on their way. */
export function sizeOf({ shards }: Placed) {
  const size = { persons: 0, templates: 0, arriving: 0 };
  for (const { persons, templates, arriving } of shards) {
    size.persons += persons;
    size.templates += templates;
    size.arriving += arriving;
  }
  return size;
}

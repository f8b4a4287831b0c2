import { notFound } from "../base/errors.js";
import { checkId } from "./check.js";
import { type Lane, workerFailed } from "./lane.js";
import { type IndexDriverName, rosterId } from "./port.js";

/** A gallery as the host knows it. */
export interface Placed {
  readonly galleryId: string;
  readonly driver: IndexDriverName;
  /** The worker that holds it. */
  lane: Lane;
  /** Searched only when `live`. What was `lost` with its worker is `loading` until it is back. */
  state: "live" | "lost" | "loading";
  persons: number;
  templates: number;
  /** Templates of additions that are not answered yet. */
  arriving: number;
  /** What happened while the gallery was loading, which wins over what is loaded. */
  changes: Changes | null;
}

/** Changes that came while a gallery was loading. */
export interface Changes {
  readonly removedPersons: Set<string>;
  readonly removedTemplates: Set<string>;
  readonly addedTemplates: Set<string>;
}

/** Which gallery lives in which worker. */
export interface Placement {
  /** Galleries beside the roster. */
  readonly count: number;
  /** Puts a new, empty gallery on the worker with the fewest templates. */
  add(galleryId: string): Placed;
  /** @throws CordonError NOT_FOUND */
  get(galleryId: string): Placed;
  peek(galleryId: string): Placed | undefined;
  /** Forgets it, unless another of its name has taken its place. */
  remove(gallery: Placed): void;
  /** @throws CordonError UNAVAILABLE when no worker is left */
  leastLoaded(): Lane;
  /** Marks the galleries of a worker that ended as lost, and names them. */
  lose(lane: Lane): readonly string[];
}

/**
 * No galleries yet, over these workers.
 * @param driver of every gallery but the roster, which is always exact
 */
export function createPlacement(lanes: readonly Lane[], driver: IndexDriverName): Placement {
  const galleries = new Map<string, Placed>();

  function leastLoaded(): Lane {
    const load = new Map(lanes.map((lane) => [lane, 0]));
    // A gallery weighs something even when it is empty.
    for (const { lane, templates, arriving } of galleries.values()) {
      load.set(lane, (load.get(lane) ?? 0) + 1 + templates + arriving);
    }
    const alive = lanes.filter((lane) => lane.alive);
    const [least] = alive.sort((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0));
    if (least === undefined) throw workerFailed(undefined);
    return least;
  }

  return {
    get count() {
      return galleries.size - (galleries.has(rosterId) ? 1 : 0);
    },
    add(galleryId) {
      const empty = { persons: 0, templates: 0, arriving: 0, changes: null };
      const own = { galleryId, driver: galleryId === rosterId ? "exact" : driver } as const;
      const gallery: Placed = { ...own, lane: leastLoaded(), state: "live", ...empty };
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
    remove(gallery) {
      if (galleries.get(gallery.galleryId) === gallery) galleries.delete(gallery.galleryId);
    },
    leastLoaded,
    lose(lane) {
      const lost = [...galleries.values()].filter((gallery) => gallery.lane === lane);
      for (const gallery of lost) {
        Object.assign(gallery, { state: "lost", persons: 0, templates: 0, changes: null });
      }
      return lost.map((gallery) => gallery.galleryId);
    },
  };
}

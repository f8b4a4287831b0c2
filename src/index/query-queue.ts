import type { Placed } from "./placement.js";

/** What waits for a batch. */
export interface Waiting {
  readonly gallery: Placed;
  readonly cameraId: string;
  /** Queries, 1 or more; answered together. */
  readonly count: number;
  readonly k: number;
}

/**
 * Searches that wait, fair between cameras: each has a line of its own, and the lines take turns.
 * Whoever sends a thousand queries waits for them behind everybody else's next one.
 */
export interface QueryQueue<T extends Waiting> {
  /** Queries that wait. */
  readonly queries: number;
  /** Of the camera whose turn it is. */
  readonly first: T | undefined;
  push(waiting: T): void;
  /** Before everybody else of its camera, at the head of all lines. */
  pushFront(waiting: T): void;
  /** False when it does not wait here. */
  remove(waiting: T): boolean;
  /**
   * What can be searched in one request with the first: of its gallery, about its k, at most
   * `queriesMax` queries unless the first alone has more. Cameras take turns.
   */
  take(queriesMax: number): readonly T[];
  /** Takes everything out. */
  clear(): readonly T[];
  /** Queries of this camera that wait. */
  queriesOf(cameraId: string): number;
  /** The newest of the camera that has the most queries waiting. */
  newestOfLongest(): T | undefined;
}

interface Line<T> {
  readonly waiting: T[];
  queries: number;
}

/** Nobody waits. */
export function createQueryQueue<T extends Waiting>(): QueryQueue<T> {
  return new FairQueue<T>();
}

class FairQueue<T extends Waiting> implements QueryQueue<T> {
  /** The next to be served first. None is empty. */
  readonly #lines = new Map<string, Line<T>>();
  #queries = 0;

  get queries(): number {
    return this.#queries;
  }

  get first(): T | undefined {
    const [line] = this.#lines.values();
    return line?.waiting[0];
  }

  push(waiting: T): void {
    const line = this.#lines.get(waiting.cameraId) ?? { waiting: [], queries: 0 };
    line.waiting.push(waiting);
    this.#lines.set(waiting.cameraId, line);
    this.#count(line, waiting.count);
  }

  pushFront(waiting: T): void {
    const line = this.#lines.get(waiting.cameraId) ?? { waiting: [], queries: 0 };
    line.waiting.unshift(waiting);
    const others = [...this.#lines].filter(([, other]) => other !== line);
    this.#lines.clear();
    this.#lines.set(waiting.cameraId, line);
    for (const [cameraId, other] of others) this.#lines.set(cameraId, other);
    this.#count(line, waiting.count);
  }

  remove(waiting: T): boolean {
    const line = this.#lines.get(waiting.cameraId);
    const place = line?.waiting.indexOf(waiting) ?? -1;
    if (line === undefined || place < 0) return false;
    line.waiting.splice(place, 1);
    this.#count(line, -waiting.count);
    if (line.waiting.length === 0) this.#lines.delete(waiting.cameraId);
    return true;
  }

  take(queriesMax: number): readonly T[] {
    const { first } = this;
    if (first === undefined) return [];
    const taken: T[] = [];
    let room = Math.max(queriesMax, first.count);
    let hadAny = true;
    while (hadAny && room > 0) {
      hadAny = false;
      for (const [cameraId, line] of [...this.#lines]) {
        const next = line.waiting.find((one) => one.count <= room && goTogether(first, one));
        if (next === undefined) continue;
        this.remove(next);
        this.#toTheEnd(cameraId, line);
        taken.push(next);
        room -= next.count;
        hadAny = true;
        if (room === 0) break;
      }
    }
    return taken;
  }

  clear(): readonly T[] {
    const all = [...this.#lines.values()].flatMap(({ waiting }) => waiting);
    this.#lines.clear();
    this.#queries = 0;
    return all;
  }

  queriesOf(cameraId: string): number {
    return this.#lines.get(cameraId)?.queries ?? 0;
  }

  newestOfLongest(): T | undefined {
    let longest: Line<T> | undefined;
    for (const line of this.#lines.values()) {
      if (longest === undefined || line.queries > longest.queries) longest = line;
    }
    return longest?.waiting.at(-1);
  }

  /** A camera that was served waits behind the others. */
  #toTheEnd(cameraId: string, line: Line<T>): void {
    if (line.waiting.length === 0) return;
    this.#lines.delete(cameraId);
    this.#lines.set(cameraId, line);
  }

  #count(line: Line<T>, change: number): void {
    line.queries += change;
    this.#queries += change;
  }
}

/**
 * All of a batch are searched for its largest k, and a larger k takes longer: so only those within
 * twice of one another share one.
 */
function goTogether(one: Waiting, other: Waiting): boolean {
  return one.gallery === other.gallery && sizeClass(one.k) === sizeClass(other.k);
}

function sizeClass(k: number): number {
  return Math.ceil(Math.log2(k));
}

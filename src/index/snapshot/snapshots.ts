import type { Lane } from "../lane.js";
import type { OpenedSnapshot, SavedSnapshot } from "../messages.js";
import type { Placed, Placement, Shard } from "../placement.js";
import { type IndexDriverName, rosterId } from "../port.js";
import type { SealedBy } from "./sealed-file.js";

/** Where a snapshot of the whole index is, and what it is sealed with. */
export interface SnapshotPlace extends SealedBy {
  /** Of the file of one worker, counted from 0. The folder is there. */
  readonly pathOf: (worker: number) => string;
}

/** What became of an attempt to save or to open. */
export type SnapshotOutcome =
  | {
      readonly isDone: true;
      /** Graphs that will be built anew: there was no room in memory to write them. */
      readonly graphsLeftOut: number;
    }
  | { readonly isDone: false; readonly why: string };

/** The whole index in files, one of each worker. */
export interface IndexSnapshots {
  /** Worker threads: a snapshot is of as many as it is opened by. */
  readonly workers: number;
  /**
   * Writes everything that is in the index when it is called, maybe also of what comes later, to
   * new files, sealed; in idle time, so that nobody waits for it. Fails when anybody is removed
   * meanwhile, and then leaves nothing.
   */
  saveTo(place: SnapshotPlace): Promise<SnapshotOutcome>;
  /**
   * Fills the galleries, which were made and are empty, from such files. Whatever is wrong with
   * them, it fails and the galleries are as empty as before.
   */
  openFrom(place: SnapshotPlace): Promise<SnapshotOutcome>;
}

/** Snapshots of the index over these workers. */
export function createSnapshots({
  lanes,
  placement,
}: {
  readonly lanes: readonly Lane[];
  readonly placement: Placement;
}): IndexSnapshots {
  /** Each shard is in the worker of its number; not so after a worker was given up. */
  function inPlace({ lane, number, state }: Shard): boolean {
    return lane === lanes[number] && state === "live";
  }

  function allShards(): readonly Shard[] {
    return allOf(placement).flatMap(({ shards }) => shards);
  }

  function fileOf({ pathOf, key, bound }: SnapshotPlace, worker: number) {
    // Each worker zeroes its own.
    return { path: pathOf(worker), key: key.slice(), bound: boundOf(bound, worker, lanes.length) };
  }

  return {
    workers: lanes.length,
    async saveTo(place) {
      if (!allShards().every(inPlace)) return failed("a worker's part of a gallery is lost");
      const asked = lanes.map((lane, worker) => {
        return lane.ask({ kind: "save", file: fileOf(place, worker) });
      });
      const saved = await Promise.all(asked.map(orWhy));
      const fault = saved.find((one) => !one.isSaved);
      if (fault !== undefined) return failed(fault.why);
      const left = saved.map((one) => (one.isSaved ? one.graphsLeftOut : 0));
      return { isDone: true, graphsLeftOut: left.reduce((sum, one) => sum + one, 0) };
    },

    async openFrom(place) {
      const shards = allShards();
      const isEmpty = shards.every((shard) => inPlace(shard) && !shard.isPlaced);
      if (!isEmpty) return failed("the index is not empty");
      const drivers = driversOf(placement);
      const asked = lanes.map((lane, worker) => {
        return lane.ask({ kind: "open", file: fileOf(place, worker), drivers });
      });
      const opened = await Promise.all(asked.map(orNotOpen));
      const fault = opened.find((one) => !one.isOpen);
      if (fault !== undefined) {
        await dropAll(lanes, opened);
        return failed(fault.why);
      }
      const byName = new Map(shards.map((shard) => [shard.name, shard]));
      for (const size of opened.flatMap((one) => (one.isOpen ? one.shards : []))) {
        const shard = byName.get(size.name);
        if (shard === undefined) continue;
        shard.isPlaced = true;
        shard.persons = size.persons;
        shard.templates = size.templates;
      }
      return { isDone: true, graphsLeftOut: 0 };
    },
  };
}

/** A file does not open as another worker's, nor among another number of them. */
function boundOf(bound: string, worker: number, workers: number): string {
  return JSON.stringify([bound, worker, workers]);
}

function driversOf(placement: Placement): ReadonlyMap<string, IndexDriverName> {
  const drivers = allOf(placement).flatMap(({ driver, shards }) =>
    shards.map(({ name }) => [name, driver] as const),
  );
  return new Map(drivers);
}

/** The roster among them. */
function allOf(placement: Placement): readonly Placed[] {
  return [placement.peek(rosterId) ?? [], placement.list()].flat();
}

/** A worker that ended, or is too busy, has saved nothing. */
function orWhy(asked: Promise<SavedSnapshot>): Promise<SavedSnapshot> {
  return asked.catch((thrown: Error) => ({ isSaved: false, why: thrown.message }));
}

function orNotOpen(asked: Promise<OpenedSnapshot>): Promise<OpenedSnapshot> {
  return asked.catch((thrown: Error) => ({ isOpen: false, why: thrown.message }));
}

async function dropAll(lanes: readonly Lane[], opened: readonly OpenedSnapshot[]): Promise<void> {
  const drops = opened.flatMap((one, worker) =>
    one.isOpen
      ? one.shards.map(({ name }) => lanes[worker]?.ask({ kind: "drop", galleryId: name }))
      : [],
  );
  await Promise.allSettled(drops);
}

function failed(why: string): SnapshotOutcome {
  return { isDone: false, why };
}

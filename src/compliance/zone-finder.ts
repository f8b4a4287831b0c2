import Flatbush from "flatbush";
import type { LatLng } from "../store/records.js";
import { contains, type PreparedGeofence } from "./containment.js";

/** Finds the zones of a point among all of them. */
export interface ZoneFinder {
  /** A zone that is put again is moved. */
  put(zoneId: string, geofence: PreparedGeofence): void;
  delete(zoneId: string): void;
  /** Ids of the zones that hold the point, boundaries included, in the order of their names. */
  zonesAt(point: LatLng): readonly string[];
}

interface Entry {
  readonly zoneId: string;
  readonly geofence: PreparedGeofence;
  /** False once it was moved or deleted. */
  live: boolean;
}

/**
 * Entries looked at one by one, at least, before the tree is packed anew; above that, this part
 * of the packed ones. So a search never waits for packing, and each entry is packed a few times.
 */
const LOOSE_MIN = 64;
const LOOSE_SHARE = 1 / 8;

/** An empty finder: a packed tree of boxes, and a short list of what has changed since. */
export function createZoneFinder(): ZoneFinder {
  const entries = new Map<string, Entry>();
  let loose: Entry[] = [];
  let packed: readonly Entry[] = [];
  let tree: Flatbush | null = null;
  let deadPacked = 0;

  /** Packs one box for each polygon, since the parts of a zone may lie far apart. */
  function pack(): void {
    const parts = [...entries.values()].flatMap((entry) =>
      entry.geofence.polygons.map((polygon) => ({ entry, polygon })),
    );
    packed = parts.map(({ entry }) => entry);
    loose = [];
    deadPacked = 0;
    tree = null;
    if (parts.length === 0) return;
    tree = new Flatbush(parts.length);
    for (const { polygon } of parts) {
      tree.add(polygon.west, polygon.south, polygon.east, polygon.north);
    }
    tree.finish();
  }

  function settle(): void {
    const looseMax = Math.max(LOOSE_MIN, packed.length * LOOSE_SHARE);
    if (loose.length + deadPacked > looseMax) pack();
  }

  function remove(zoneId: string): void {
    const entry = entries.get(zoneId);
    if (entry === undefined) return;
    entry.live = false;
    entries.delete(zoneId);
    const before = loose.length;
    loose = loose.filter((other) => other !== entry);
    if (loose.length === before) deadPacked += 1;
  }

  function zonesAt(point: LatLng): readonly string[] {
    if (!Number.isFinite(point.longitude + point.latitude)) return [];
    const found = new Set<string>();
    const look = (entry: Entry) => {
      if (entry.live && contains(entry.geofence, point)) found.add(entry.zoneId);
    };
    for (const entry of loose) look(entry);
    const { longitude, latitude } = point;
    const visit = (index: number) => {
      look(packed[index] as Entry);
      return false;
    };
    tree?.search(longitude, latitude, longitude, latitude, visit);
    // 180 and -180 degrees are one meridian.
    if (Math.abs(longitude) === 180) {
      tree?.search(-longitude, latitude, -longitude, latitude, visit);
    }
    return [...found].sort();
  }

  return {
    put(zoneId, geofence) {
      remove(zoneId);
      const entry: Entry = { zoneId, geofence, live: true };
      entries.set(zoneId, entry);
      loose.push(entry);
      settle();
    },
    delete(zoneId) {
      remove(zoneId);
      settle();
    },
    zonesAt,
  };
}

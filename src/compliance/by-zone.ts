import { inner } from "./inner.js";

/** Records of one kind, found by the zones that they concern. */
export interface ByZone<T> {
  /** Inserts or replaces; returns the zones that the new or the replaced record concerns. */
  put(record: T): readonly string[];
  /** Deletes the record with this key, if any; returns the zones that it concerned. */
  delete(key: string): readonly string[];
  get(key: string): T | undefined;
  /** In no order. */
  of(zoneId: string): Iterable<T>;
  count(): number;
}

/** @param zoneIdsOf zones that a record concerns, each once */
export function createByZone<T>(
  keyOf: (record: T) => string,
  zoneIdsOf: (record: T) => readonly string[],
): ByZone<T> {
  const all = new Map<string, T>();
  const zones = new Map<string, Map<string, T>>();

  function remove(key: string): readonly string[] {
    const known = all.get(key);
    if (known === undefined) return [];
    all.delete(key);
    const zoneIds = zoneIdsOf(known);
    for (const zoneId of zoneIds) {
      const others = zones.get(zoneId);
      others?.delete(key);
      if (others?.size === 0) zones.delete(zoneId);
    }
    return zoneIds;
  }

  return {
    put(record) {
      const key = keyOf(record);
      const before = remove(key);
      all.set(key, record);
      const zoneIds = zoneIdsOf(record);
      for (const zoneId of zoneIds) inner(zones, zoneId).set(key, record);
      return [...before, ...zoneIds];
    },
    delete: remove,
    get: (key) => all.get(key),
    of: (zoneId) => zones.get(zoneId)?.values() ?? [],
    count: () => all.size,
  };
}

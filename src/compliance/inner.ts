/** The map under a key of a map of maps, made when there is none. */
export function inner<K, V>(outer: Map<string, Map<K, V>>, key: string): Map<K, V> {
  const found = outer.get(key);
  if (found !== undefined) return found;
  const made = new Map<K, V>();
  outer.set(key, made);
  return made;
}

/**
 * Which worker holds whom. Every gallery is spread over all workers by its persons' ids, so that a
 * lone query is split over the cores and each vector has one owner.
 */

/**
 * The shard of a person, 0 to below `shards`. The same for ever for the same id and number of
 * shards: FNV-1a over UTF-16 code units, then the finaliser of MurmurHash3, since the
 * low bits alone decide and ids differ little.
 */
export function shardOf(personId: string, shards: number): number {
  if (shards === 1) return 0;
  let hash = 0x811c9dc5;
  for (let i = 0; i < personId.length; i += 1) {
    hash = Math.imul(hash ^ personId.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % shards;
}

/**
 * What a worker knows a shard by. One worker may hold two shards of a gallery, when another was
 * given up.
 */
export function shardName(galleryId: string, shard: number): string {
  return `${shard}:${galleryId}`;
}

/** The gallery of a shard by its name. */
export function galleryOfShard(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

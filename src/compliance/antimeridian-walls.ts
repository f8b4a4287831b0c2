/** The rings of one polygon, each closed, as longitude, latitude, ... */
interface Rings {
  readonly rings: readonly Float64Array[];
}

/** A latitude at which edges along the antimeridian start or end, and how many more run north of it. */
interface Change {
  readonly latitude: number;
  /** Of edges at 180 degrees. */
  readonly west: number;
  /** Of edges at -180 degrees. */
  readonly east: number;
}

/**
 * Latitudes from, to, from, to, ... of the pieces of the antimeridian that have the polygons on one
 * side only. With polygons on both sides it is only a cut (RFC 7946, 3.1.9).
 */
export function findAntimeridianWalls(polygons: readonly Rings[]): Float64Array {
  const changes = changesAlong(polygons).sort((a, b) => a.latitude - b.latitude);
  const walls: number[] = [];
  let [west, east] = [0, 0];
  for (const [at, change] of changes.entries()) {
    west += change.west;
    east += change.east;
    const next = changes[at + 1]?.latitude ?? change.latitude;
    if (west > 0 !== east > 0 && next > change.latitude) walls.push(change.latitude, next);
  }
  return Float64Array.from(walls);
}

function changesAlong(polygons: readonly Rings[]): Change[] {
  const changes: Change[] = [];
  for (const ring of polygons.flatMap(({ rings }) => rings)) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const longitude = ring[i] as number;
      if (Math.abs(longitude) !== 180 || ring[i + 2] !== longitude) continue;
      const [a, b] = [ring[i + 1] as number, ring[i + 3] as number];
      const [west, east] = longitude > 0 ? [1, 0] : [0, 1];
      changes.push({ latitude: Math.min(a, b), west, east });
      changes.push({ latitude: Math.max(a, b), west: -west, east: -east });
    }
  }
  return changes;
}

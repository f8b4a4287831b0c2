/** The rings of one polygon, each closed, as longitude, latitude, ... */
interface Rings {
  readonly rings: readonly Float64Array[];
}

/**
 * Latitudes from, to, from, to, ... of the pieces of the antimeridian that have the polygons on one
 * side only. With polygons on both sides it is only a cut (RFC 7946, 3.1.9).
 */
export function findAntimeridianWalls(polygons: readonly Rings[]): Float64Array {
  const west = edgesAlong(polygons, 180);
  const east = edgesAlong(polygons, -180);
  const latitudes = [...new Set([...west, ...east].flat())].sort((a, b) => a - b);
  const walls: number[] = [];
  for (let at = 0; at + 1 < latitudes.length; at++) {
    const [from, to] = [latitudes[at] as number, latitudes[at + 1] as number];
    const covers = ([low, high]: readonly [number, number]) => low <= from && high >= to;
    if (west.some(covers) !== east.some(covers)) walls.push(from, to);
  }
  return Float64Array.from(walls);
}

/** Latitudes from and to of every edge that runs along the meridian. */
function edgesAlong(
  polygons: readonly Rings[],
  meridian: number,
): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const ring of polygons.flatMap(({ rings }) => rings)) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      if (ring[i] !== meridian || ring[i + 2] !== meridian) continue;
      const [a, b] = [ring[i + 1] as number, ring[i + 3] as number];
      found.push([Math.min(a, b), Math.max(a, b)]);
    }
  }
  return found;
}

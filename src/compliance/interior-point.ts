import type { PreparedPolygon } from "./prepared.js";

/** A point well inside a polygon: in the widest gap on the line half-way up its tallest step. */
export function interiorPoint({ rings }: PreparedPolygon): readonly [number, number] {
  const latitudes = rings.flatMap((ring) => [...ring.filter((_, at) => at % 2 === 1)]);
  const [from, to] = widest(latitudes.sort((a, b) => a - b));
  const y = (from + to) / 2;
  const crossings: number[] = [];
  for (const ring of rings) {
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const [x1, y1] = [ring[i] as number, ring[i + 1] as number];
      const [x2, y2] = [ring[i + 2] as number, ring[i + 3] as number];
      if (y1 > y !== y2 > y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    }
  }
  const [west, east] = widest(
    crossings.sort((a, b) => a - b),
    2,
  );
  return [(west + east) / 2, y];
}

/** The two neighbours in a sorted list that lie farthest apart, looking at every `step`-th gap. */
function widest(sorted: readonly number[], step = 1): readonly [number, number] {
  let best: readonly [number, number] = [sorted[0] ?? NaN, sorted[1] ?? NaN];
  for (let at = 0; at + 1 < sorted.length; at += step) {
    const gap: readonly [number, number] = [sorted[at] as number, sorted[at + 1] as number];
    if (gap[1] - gap[0] > best[1] - best[0]) best = gap;
  }
  return best;
}

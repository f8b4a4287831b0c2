import { lineChart } from "../chart/line-chart.js";
import { median } from "../statistics.js";
import { bestStyle, type EntrantResult } from "./measure.js";
import type { IndexResult } from "./suite.js";

/** Peers drawn at most: the quickest ones. */
const PEERS_MAX = 4;

/** Time of one query on all cores against the size of the gallery, as SVG; null for one size. */
export function growthChart({ options, results }: IndexResult): string | null {
  const [least, most] = [options.persons[0], options.persons.at(-1)];
  if (least === undefined || most === undefined || least === most) return null;
  const names = [...new Set(results.map(({ name }) => name))];
  const curves = names.flatMap((name) => {
    const own = results.filter((result) => result.name === name);
    const points = own.flatMap((result) => pointOf(result, options.recall));
    return points.length === 0 ? [] : [{ label: name, isPeer: own[0]?.isPeer === true, points }];
  });
  const peers = curves
    .filter(({ isPeer }) => isPeer)
    .toSorted((a, b) => (a.points.at(-1)?.y ?? 0) - (b.points.at(-1)?.y ?? 0))
    .slice(0, PEERS_MAX);
  const drawn = [...curves.filter(({ isPeer }) => !isPeer), ...peers];
  const micros = drawn.flatMap(({ points }) => points.map(({ y }) => y));
  if (micros.length === 0) return null;
  return lineChart({
    title: "How the cost of a query grows with the gallery",
    subtitle: `On all cores at once; peers at a recall of ${options.recall} or better, the quickest ${PEERS_MAX}`,
    x: { label: "Persons", scale: "log", min: least, max: most },
    y: {
      label: "Microseconds of the machine for one query",
      scale: "log",
      min: Math.min(...micros) / 1.5,
      max: Math.max(...micros) * 8,
    },
    legend: "top-left",
    series: drawn.map(({ label, isPeer, points }) => ({ label, points, dashed: isPeer })),
  });
}

function pointOf(result: EntrantResult, recall: number) {
  const style = bestStyle(result, recall);
  if (style === null) return [];
  return [{ x: result.persons, y: 1e6 / median(style.queriesPerSecond) }];
}

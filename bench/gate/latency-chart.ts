import { lineChart } from "../chart/line-chart.js";
import { percent } from "../chart/scale.js";
import { tailShares } from "./quantiles.js";
import type { GateResult } from "./suite.js";

/** How long calls take, from the middle to the tail, as SVG; with the targets of a decision. */
export function latencyChart({ options, scenarios }: GateResult): string {
  const durations = scenarios.flatMap(({ tail }) => tail).filter((micros) => micros > 0);
  const series = scenarios.map(({ name, tail }, colour) => ({
    label: name,
    colour,
    points: tailShares.map((share, at) => ({ x: share, y: tail[at] ?? NaN })),
  }));
  const zones = options.zones.toLocaleString("en-US");
  const cameras = options.cameras.toLocaleString("en-US");
  return lineChart({
    title: "The gate: how long a call takes",
    subtitle: `${zones} zones, ${cameras} cameras; medians of ${options.rounds} rounds`,
    x: {
      label: "Share of calls that take longer",
      scale: "log",
      min: tailShares[0] ?? NaN,
      max: tailShares.at(-1) ?? NaN,
      format: percent,
    },
    y: {
      label: "Microseconds",
      scale: "log",
      min: Math.min(0.1, ...durations),
      max: Math.max(100, ...durations),
      format: String,
    },
    series: [
      ...series,
      {
        label: "Targets of a decision",
        style: "markers",
        colour: series.length,
        points: [
          { x: 0.01, y: 20 },
          { x: 0.5, y: 5 },
        ],
        notes: ["20", "5"],
      },
    ],
  });
}

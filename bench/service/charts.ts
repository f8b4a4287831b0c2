import { lineChart } from "../chart/line-chart.js";
import type { CurvePoint } from "./curve.js";

/** How long answers take by how much is asked, as SVG. @param points of one operation */
export function curveChart(points: readonly CurvePoint[]): string {
  const operation = points[0]?.operation ?? "query";
  const times = points.flatMap(({ latency }) => [latency.p50, latency.p999]);
  const known = times.filter((time) => Number.isFinite(time) && time > 0);
  const series = [
    { label: "p99.9", pick: ({ latency }: CurvePoint) => latency.p999 },
    { label: "p99", pick: ({ latency }: CurvePoint) => latency.p99 },
    { label: "p50", pick: ({ latency }: CurvePoint) => latency.p50 },
    { label: "the clients' own lateness, p99", pick: ({ late }: CurvePoint) => late.p99 },
  ];
  return lineChart({
    title: `How long an answer takes, by ${operation}s offered a second`,
    subtitle: "From when a request was due, so that waiting counts; open loop, real server",
    x: {
      label: `${operation}s a second`,
      scale: "linear",
      min: 0,
      max: Math.max(...points.map(({ offeredPerSecond }) => offeredPerSecond)) * 1.05,
    },
    y: {
      label: "Milliseconds",
      scale: "log",
      min: Math.min(1, ...known),
      max: Math.max(10, ...known) * 1.5,
    },
    legend: "top-left",
    series: series.map(({ label, pick }, at) => ({
      label,
      dashed: at === series.length - 1,
      points: points.flatMap((point) => {
        const y = pick(point);
        return Number.isFinite(y) && y > 0 ? [{ x: point.offeredPerSecond, y }] : [];
      }),
    })),
  });
}

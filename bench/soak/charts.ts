import { lineChart } from "../chart/line-chart.js";
import type { Operation } from "../load/task.js";
import type { SoakResult } from "./suite.js";

const MEBIBYTE = 2 ** 20;

/** The server's memory over time, as SVG. */
export function memoryChart({ options, memory }: SoakResult): string {
  const resident = memory.map(({ minute, residentBytes }) => ({
    ...{ x: minute, y: residentBytes / MEBIBYTE },
  }));
  const heap = memory.flatMap(({ minute, heapBytes }) =>
    Number.isFinite(heapBytes) ? [{ x: minute, y: heapBytes / MEBIBYTE }] : [],
  );
  return lineChart({
    title: "Memory of the server under mixed load",
    subtitle: `${options.percent} % of its capacity, ${options.persons.toLocaleString("en-US")} persons`,
    x: { label: "Minutes", scale: "linear", min: 0, max: options.minutes },
    y: {
      label: "MiB",
      scale: "linear",
      min: 0,
      max: 1.3 * Math.max(1, ...resident.map(({ y }) => y)),
    },
    series: [
      { label: "Resident", points: resident },
      { label: "Heap of the main thread", points: heap },
    ],
  });
}

/** p99 of every minute, by operation, as SVG. */
export function latencyChart({ options, minutes }: SoakResult): string {
  const operations: readonly Operation[] = ["embedding", "frame", "enrol", "erase"];
  const times = minutes.map(({ latency }) => latency.p99).filter((time) => time > 0);
  return lineChart({
    title: "p99 of every minute under mixed load",
    subtitle: "From when a request was due to its answer",
    x: { label: "Minutes", scale: "linear", min: 0, max: options.minutes },
    y: {
      label: "Milliseconds",
      scale: "log",
      min: Math.min(1, ...times),
      max: Math.max(10, ...times) * 3,
    },
    series: operations.map((operation) => ({
      label: operation,
      points: minutes
        .filter((part) => part.operation === operation && part.latency.p99 > 0)
        .map(({ minute, latency }) => ({ x: minute - 0.5, y: latency.p99 }))
        .toSorted((a, b) => a.x - b.x),
    })),
  });
}

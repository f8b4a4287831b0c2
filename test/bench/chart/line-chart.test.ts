import { describe, expect, it } from "vitest";
import { lineChart } from "../../../bench/chart/line-chart.js";
import { createScale, percent } from "../../../bench/chart/scale.js";
import type { LineChart } from "../../../bench/chart/types.js";

const chart: LineChart = {
  title: `Misses & "alarms" <one>`,
  subtitle: "two people",
  x: { label: "FPIR", scale: "log", min: 1e-3, max: 1, format: percent },
  y: { label: "FNIR", scale: "linear", min: 0, max: 0.5 },
  series: [
    {
      label: "curve",
      style: "step",
      points: [
        { x: 1e-3, y: 0.4 },
        { x: 0.1, y: 0.2 },
        { x: 1, y: 0.1 },
      ],
      band: [
        { x: 1e-3, low: 0.3, high: 0.5 },
        { x: 1, low: 0.05, high: 0.15 },
      ],
      bandLabel: "interval",
    },
    { label: "points", style: "markers", points: [{ x: 0.01, y: 0.3 }], notes: ["30 %"] },
    { label: "empty", points: [], dashed: true },
  ],
};

/** Element names in order; throws where the document is not well-formed. */
function elementNames(svg: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  const markup = /<(\/?)([a-z]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<>]+)/gy;
  for (let match = markup.exec(svg); match !== null; match = markup.exec(svg)) {
    const [, closing, name = "", , selfClosing, text] = match;
    if (text !== undefined) {
      expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/);
    } else if (closing === "/") {
      expect(open.pop()).toBe(name);
    } else {
      names.push(name);
      if (selfClosing !== "/") open.push(name);
    }
    if (markup.lastIndex === svg.length) break;
  }
  expect(markup.lastIndex).toBe(svg.length);
  expect(open).toEqual([]);
  return names;
}

describe("lineChart()", () => {
  const svg = lineChart(chart);

  it("is one well-formed SVG document", () => {
    expect(elementNames(svg)[0]).toBe("svg");
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
  });

  it("holds title, subtitle, axis labels, legend and notes, escaped", () => {
    expect(svg).toContain("Misses &amp; &quot;alarms&quot; &lt;one&gt;");
    for (const text of ["two people", "FPIR", "FNIR", "curve", "interval", "points", "30 %"]) {
      expect(svg).toContain(`>${text}</text>`);
    }
  });

  it("labels the decades of a log axis and even steps of a linear one", () => {
    for (const label of ["0.1 %", "1 %", "10 %", "100 %", "0", "0.1", "0.2", "0.5"]) {
      expect(svg).toContain(`>${label}</text>`);
    }
  });

  it("draws a curve, a band and a dot, and nothing for a series without points", () => {
    const names = elementNames(svg);
    // The axes, the step curve and the band are paths.
    expect(names.filter((name) => name === "path")).toHaveLength(3);
    // One dot in the plot and one in the legend.
    expect(names.filter((name) => name === "circle")).toHaveLength(2);
  });

  it("steps at each point's own x", () => {
    expect(svg).toMatch(/d="M84 [\d.]+H[\d.]+V[\d.]+H736V[\d.]+"/);
  });

  it("runs no script and loads nothing", () => {
    expect(svg).not.toMatch(/<script|href=|url\(/);
  });

  it("holds values beyond the axes to the plot's edge", () => {
    const beyond = { ...chart, series: [{ label: "far", points: [{ x: 0, y: 9 }] }] };
    expect(lineChart(beyond)).toContain('d="M84 76"');
  });

  it("refuses axes that make no sense", () => {
    const axis = { label: "x", scale: "linear", min: 0, max: 1 } as const;
    expect(() => createScale({ ...axis, min: 2 })).toThrow(RangeError);
    expect(() => createScale({ ...axis, max: Number.NaN })).toThrow(RangeError);
    expect(() => createScale({ ...axis, scale: "log" })).toThrow(RangeError);
  });

  it("refuses a coordinate that is not a number", () => {
    const broken = { ...chart, series: [{ label: "nan", points: [{ x: 0.1, y: Number.NaN }] }] };
    expect(() => lineChart(broken)).toThrow(RangeError);
  });
});

import { theme } from "./theme.js";
import type { LineChart } from "./types.js";
import { element, textElement } from "./xml.js";

/** Pixels of the document that the axes enclose. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const legendLine = { width: 28, height: 20, characterWidth: 6.4, padding: 10 };

interface LegendEntry {
  readonly label: string;
  readonly mark: (x: number, y: number) => string;
}

function legendEntries(chart: LineChart, colours: readonly string[]): LegendEntry[] {
  return chart.series.flatMap((series, index) => {
    const stroke = colours[index] ?? theme.text;
    const dash = series.dashed === true ? "6 4" : undefined;
    const line: LegendEntry = {
      label: series.label,
      mark: (x, y) =>
        series.style === "markers"
          ? element("circle", {
              ...{ cx: x + legendLine.width / 2, cy: y, r: 4.5 },
              ...{ fill: theme.background, stroke, "stroke-width": 2.2 },
            })
          : element("line", {
              ...{ x1: x, x2: x + legendLine.width, y1: y, y2: y },
              ...{ stroke, "stroke-width": 2.2, "stroke-dasharray": dash },
            }),
    };
    if (series.bandLabel === undefined) return [line];
    const shade: LegendEntry = {
      label: series.bandLabel,
      mark: (x, y) =>
        element("rect", {
          ...{ x, y: y - 6, width: legendLine.width, height: 12 },
          ...{ fill: stroke, "fill-opacity": 0.14 },
        }),
    };
    return [line, shade];
  });
}

/**
 * Draws the legend in a corner of the plot.
 *
 * @param colours one for each series of the chart
 */
export function drawLegend(chart: LineChart, colours: readonly string[], plot: PlotArea): string {
  const entries = legendEntries(chart, colours);
  if (entries.length === 0) return "";
  const longest = Math.max(...entries.map((entry) => entry.label.length));
  const { padding, height } = legendLine;
  const width = longest * legendLine.characterWidth + legendLine.width + 3 * padding;
  const total = entries.length * height + padding;
  const atLeft = chart.legend === "bottom-left" || chart.legend === "top-left";
  const left = atLeft ? plot.left + 12 : plot.right - width - 8;
  const top = chart.legend === "bottom-left" ? plot.bottom - total - 12 : plot.top + 8;
  const rows = entries.map((entry, index) => {
    const y = top + padding / 2 + height * (index + 0.5);
    const place = { x: left + legendLine.width + 2 * padding, y: y + 4, "font-size": 12 };
    return entry.mark(left + padding, y) + textElement({ ...place, fill: theme.text }, entry.label);
  });
  const box = { x: left, y: top, width, height: total, rx: 4 };
  const paint = { fill: theme.background, "fill-opacity": 0.92, stroke: theme.gridMajor };
  return element("g", {}, element("rect", { ...box, ...paint }), ...rows);
}

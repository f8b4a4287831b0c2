import { drawLegend } from "./legend.js";
import { createScale, type Scale } from "./scale.js";
import { seriesColour, theme } from "./theme.js";
import type { LineChart, Series } from "./types.js";
import { element, textElement } from "./xml.js";

const size = { width: 760, height: 520 };
const plot = { left: 84, top: 76, right: 736, bottom: 456 };

interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  px(x: number): number;
  py(y: number): number;
}

/**
 * A line chart as a self-contained SVG document (no script, no external font), 760 x 520.
 *
 * @throws RangeError when an axis or a coordinate is not finite
 */
export function lineChart(chart: LineChart): string {
  const x = createScale(chart.x);
  const y = createScale(chart.y);
  const frame: Frame = {
    x,
    y,
    px: (value) => plot.left + x.at(value) * (plot.right - plot.left),
    py: (value) => plot.bottom - y.at(value) * (plot.bottom - plot.top),
  };
  const colours = chart.series.map((series, index) => seriesColour(series.colour ?? index));
  const drawn = chart.series.map((series, index) => ({ series, colour: colours[index] ?? "" }));
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${size.width} ${size.height}`,
      width: size.width,
      height: size.height,
      "font-family": theme.font,
      role: "img",
      "aria-label": chart.title,
    },
    element("rect", { width: size.width, height: size.height, fill: theme.background }),
    titles(chart),
    grid(frame),
    ...drawn.map(({ series, colour }) => band(series, colour, frame)),
    ...drawn.map(({ series, colour }) => curve(series, colour, frame)),
    axes(chart, frame),
    drawLegend(chart, colours, plot),
  )}\n`;
}

function titles(chart: LineChart): string {
  const left = plot.left;
  const title = textElement(
    { x: left, y: 32, "font-size": 18, "font-weight": 600, fill: theme.text },
    chart.title,
  );
  if (chart.subtitle === undefined) return title;
  const place = { x: left, y: 54, "font-size": 12.5, fill: theme.mutedText };
  return title + textElement(place, chart.subtitle);
}

function grid(frame: Frame): string {
  const vertical = frame.x.ticks.map(({ value, label }) =>
    element("line", {
      x1: frame.px(value),
      x2: frame.px(value),
      y1: plot.top,
      y2: plot.bottom,
      stroke: label === null ? theme.gridMinor : theme.gridMajor,
    }),
  );
  const horizontal = frame.y.ticks.map(({ value, label }) =>
    element("line", {
      x1: plot.left,
      x2: plot.right,
      y1: frame.py(value),
      y2: frame.py(value),
      stroke: label === null ? theme.gridMinor : theme.gridMajor,
    }),
  );
  return element("g", { "stroke-width": 1 }, ...vertical, ...horizontal);
}

function axes(chart: LineChart, frame: Frame): string {
  const text = { "font-size": 12, fill: theme.text };
  const xLabels = frame.x.ticks.flatMap(({ value, label }) =>
    label === null
      ? []
      : [
          textElement(
            { ...text, x: frame.px(value), y: plot.bottom + 20, "text-anchor": "middle" },
            label,
          ),
        ],
  );
  const yLabels = frame.y.ticks.flatMap(({ value, label }) =>
    label === null
      ? []
      : [
          textElement(
            { ...text, x: plot.left - 10, y: frame.py(value) + 4, "text-anchor": "end" },
            label,
          ),
        ],
  );
  const middleX = (plot.left + plot.right) / 2;
  const middleY = (plot.top + plot.bottom) / 2;
  const name = { "font-size": 13, fill: theme.text, "text-anchor": "middle" };
  return [
    element("path", {
      d: `M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}`,
      fill: "none",
      stroke: theme.axis,
      "stroke-width": 1.5,
    }),
    ...xLabels,
    ...yLabels,
    textElement({ ...name, x: middleX, y: size.height - 18 }, chart.x.label),
    textElement(
      { ...name, x: 22, y: middleY, transform: `rotate(-90 22 ${middleY})` },
      chart.y.label,
    ),
  ].join("");
}

function band(series: Series, colour: string, frame: Frame): string {
  if (series.band === undefined || series.band.length < 2) return "";
  const upper = series.band.map(({ x, high }) => pair(frame.px(x), frame.py(high)));
  const lower = series.band.map(({ x, low }) => pair(frame.px(x), frame.py(low))).reverse();
  const d = `M${[...upper, ...lower].join("L")}Z`;
  return element("path", { d, fill: colour, "fill-opacity": 0.14 });
}

function curve(series: Series, colour: string, frame: Frame): string {
  const points = series.points.map(({ x, y }) => [frame.px(x), frame.py(y)] as const);
  if (series.style === "markers") {
    const dots = points.map(([x, y], index) => {
      const dot = { cx: x, cy: y, r: 4.5, fill: theme.background, stroke: colour };
      const note = series.notes?.[index] ?? "";
      const place = { x: x + 9, y: y - 8, "font-size": 12, fill: theme.text };
      const drawn = element("circle", { ...dot, "stroke-width": 2.2 });
      return note === "" ? drawn : drawn + textElement(place, note);
    });
    return dots.join("");
  }
  if (points.length === 0) return "";
  let d = "";
  for (const [index, [x, y]] of points.entries()) {
    if (index === 0) d = `M${pair(x, y)}`;
    else d += series.style === "step" ? `H${coordinate(x)}V${coordinate(y)}` : `L${pair(x, y)}`;
  }
  return element("path", {
    d,
    fill: "none",
    stroke: colour,
    "stroke-width": 2.2,
    "stroke-linejoin": "round",
    "stroke-dasharray": series.dashed === true ? "6 4" : undefined,
  });
}

function pair(x: number, y: number): string {
  return `${coordinate(x)} ${coordinate(y)}`;
}

function coordinate(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`a coordinate is ${value}`);
  return String(Math.round(value * 10) / 10);
}

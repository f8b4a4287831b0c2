import type { AxisOptions } from "./scale.js";

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

export interface BandPoint {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

export interface Series {
  readonly label: string;
  /** In rising x. */
  readonly points: readonly ChartPoint[];
  /** `step` holds a value until the next point; `markers` draws dots and no line. */
  readonly style?: "line" | "step" | "markers";
  readonly dashed?: boolean;
  /** A shaded interval around the line, in rising x. */
  readonly band?: readonly BandPoint[];
  /** Label of the band in the legend. */
  readonly bandLabel?: string;
  /** Text beside each point of a series of markers. */
  readonly notes?: readonly string[];
  /** Index in the palette; the series' position when absent. */
  readonly colour?: number;
}

export interface LineChart {
  readonly title: string;
  readonly subtitle?: string;
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly series: readonly Series[];
  /** Corner of the plot in which the legend lies. Default top-right. */
  readonly legend?: "top-right" | "top-left" | "bottom-left";
}

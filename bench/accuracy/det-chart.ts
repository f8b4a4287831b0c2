import { lineChart } from "../chart/line-chart.js";
import { percent } from "../chart/scale.js";
import type { AccuracyResult, IdentificationResult } from "./result.js";

/** FNIR axis when nothing is missed: there still is something to see. */
const FNIR_FLOOR = 1e-3;

/**
 * The detection error trade-off as SVG: FNIR over FPIR, both logarithmic as in NIST FRTE 1:N, with
 * the bootstrap's 95 % interval and the operating points of the table.
 */
export function detChart(result: AccuracyResult, identification: IdentificationResult): string {
  const { det, detBand, operatingPoints } = identification;
  const drawn = det.filter((point) => point.fpir > 0);
  const lowestFpir = Math.min(0.1, ...drawn.map((point) => point.fpir));
  const people = identification.galleryPeople.toLocaleString("en-US");
  const mated = identification.matedProbes.toLocaleString("en-US");
  const nonMated = identification.nonMatedProbes.toLocaleString("en-US");
  const percentAxis = { scale: "log", format: percent } as const;
  return lineChart({
    title: `Open-set identification: ${result.modelPack} on ${result.dataset}`,
    subtitle: `Persons enrolled: ${people}. Probes: ${mated} mated, ${nonMated} non-mated`,
    x: {
      ...percentAxis,
      label: "False positive identification rate (FPIR)",
      min: Math.min(1e-3, lowestFpir),
      max: 1,
    },
    y: {
      ...percentAxis,
      label: "False negative identification rate (FNIR)",
      ...fnirRange(identification),
    },
    series: [
      {
        label: "FNIR at rank 1",
        style: "step",
        colour: 0,
        points: drawn.map(({ fpir, fnir }) => ({ x: fpir, y: fnir })),
        band: detBand.map(({ fpir, low, high }) => ({ x: fpir, low, high })),
        bandLabel: "95 % interval (bootstrap over people)",
      },
      {
        label: "Operating points",
        style: "markers",
        colour: 1,
        points: operatingPoints.map((point) => ({ x: point.fpir, y: point.falseNegatives.rate })),
        notes: operatingPoints.map((point) => percent(point.falseNegatives.rate)),
      },
    ],
  });
}

/** Whole steps of 1, 2 or 5 around everything drawn, at least a decade. */
function fnirRange({ det, detBand }: IdentificationResult): { min: number; max: number } {
  const values = [
    ...det.filter((point) => point.fpir > 0).map((point) => point.fnir),
    ...detBand.flatMap((point) => [point.low, point.high]),
  ].filter((value) => value > 0);
  const max = Math.min(1, stepAbove(Math.max(FNIR_FLOOR * 10, ...values)));
  const min = stepBelow(Math.min(max / 10, ...values));
  return { min: Math.max(min, 1e-6), max };
}

const steps = [1, 2, 5, 10] as const;
const SLACK = 1e-9;

function stepAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (steps.find((step) => step * power >= value * (1 - SLACK)) ?? 10);
}

function stepBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (steps.findLast((step) => step * power <= value * (1 + SLACK)) ?? 1);
}

/** How numbers lie along an axis. */
export interface AxisOptions {
  readonly label: string;
  readonly scale: "linear" | "log";
  /** Ends of the axis; above 0 on a log axis. */
  readonly min: number;
  readonly max: number;
  readonly format?: (value: number) => string;
}

export interface Tick {
  readonly value: number;
  /** Null for a minor tick, which has a line and no label. */
  readonly label: string | null;
}

export interface Scale {
  /** 0 at the axis' low end, 1 at its high end; values beyond are held to the ends. */
  at(value: number): number;
  readonly ticks: readonly Tick[];
}

/** Decades of a log axis from which 2 and 5 are no longer labelled. */
const DECADES_WITH_STEPS = 2.6;
/** Labelled steps of a linear axis, about. */
const LINEAR_STEPS = 6;

/** @throws RangeError when the ends are not finite, not in order, or not above 0 on a log axis */
export function createScale(axis: AxisOptions): Scale {
  const { min, max } = axis;
  if (!(Number.isFinite(min) && Number.isFinite(max) && min < max)) {
    throw new RangeError(`axis "${axis.label}" runs from ${min} to ${max}`);
  }
  if (axis.scale === "log" && min <= 0) {
    throw new RangeError(`log axis "${axis.label}" starts at ${min}`);
  }
  const project = axis.scale === "log" ? Math.log10 : (value: number) => value;
  const low = project(min);
  const span = project(max) - low;
  const format = axis.format ?? plainNumber;
  return {
    at: (value) => {
      if (axis.scale === "log" && value <= 0) return 0;
      return Math.min(1, Math.max(0, (project(value) - low) / span));
    },
    ticks: axis.scale === "log" ? logTicks(min, max, format) : linearTicks(min, max, format),
  };
}

function logTicks(min: number, max: number, format: (value: number) => string): Tick[] {
  const ticks: Tick[] = [];
  const decades = Math.log10(max / min);
  const slack = 1e-9;
  for (let power = Math.floor(Math.log10(min) - slack); 10 ** power <= max; power++) {
    for (let digit = 1; digit <= 9; digit++) {
      const value = Number(`${digit}e${power}`);
      if (value < min * (1 - slack) || value > max * (1 + slack)) continue;
      const labelled = digit === 1 || (decades <= DECADES_WITH_STEPS && [2, 5].includes(digit));
      ticks.push({ value, label: labelled ? format(value) : null });
    }
  }
  return ticks;
}

function linearTicks(min: number, max: number, format: (value: number) => string): Tick[] {
  const rough = (max - min) / LINEAR_STEPS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const value = Number(((first + index) * step).toPrecision(12));
    return { value, label: format(value) };
  });
}

function plainNumber(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
}

/** 0.003 as "0.3 %". */
export function percent(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`;
}

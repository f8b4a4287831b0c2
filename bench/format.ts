/** 12,345. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Three digits that count, and no more: 12,300; 1.23; 0.0123. "-" for what is no number. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 1_000) return count(value);
  return String(Number(value.toPrecision(3)));
}

/** `at least 2: met`. */
export function atLeast(value: number, target: number): string {
  return `at least ${exactly(target)}: ${value >= target ? "met" : "MISSED"}`;
}

/** `at most 6 ms: met`. */
export function atMost(value: number, target: number, unit = ""): string {
  const named = unit === "" ? exactly(target) : `${exactly(target)} ${unit}`;
  return `at most ${named}: ${value <= target ? "met" : "MISSED"}`;
}

function exactly(value: number): string {
  return value.toLocaleString("en-US");
}

/** Looks shared by every chart: a light page, dark text, colours told apart by the colour-blind. */
export const theme = {
  background: "#ffffff",
  text: "#1f2933",
  mutedText: "#616e7c",
  axis: "#3e4c59",
  gridMajor: "#d5dbe1",
  gridMinor: "#eef1f4",
  /** Okabe and Ito's palette, without its yellow, which is too faint on white. */
  series: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"],
  font: "'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif",
} as const;

export function seriesColour(index: number): string {
  return theme.series[index % theme.series.length] ?? theme.text;
}

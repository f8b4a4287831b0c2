/** A direction drawn at random: of 160 dimensions and more, no two are ever alike. */
export function drawUnitVector(dimension: number): number[] {
  const values = Array.from({ length: dimension }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    return radius * Math.cos(2 * Math.PI * Math.random());
  });
  const norm = Math.hypot(...values);
  return values.map((value) => Math.fround(value / norm));
}

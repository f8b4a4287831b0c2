/** The part of a detected face that choosing needs. */
export interface PlacedFace {
  readonly box: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

/**
 * The face whose box has its centre nearest to the image's, which in lists of this kind is the
 * one that the label speaks of; null when there is none.
 */
export function centralFace<F extends PlacedFace>(
  faces: readonly F[],
  width: number,
  height: number,
): F | null {
  let nearest: F | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const face of faces) {
    const { box } = face;
    const distance = Math.hypot(
      box.x + box.width / 2 - width / 2,
      box.y + box.height / 2 - height / 2,
    );
    if (distance >= least) continue;
    least = distance;
    nearest = face;
  }
  return nearest;
}

/** How a frame is brought to the detector: shrunk or grown, with a border on every side. */
export interface DetectorScale {
  /** Detector pixels for each frame pixel. */
  readonly scale: number;
  /** Size of the scaled frame, detector pixels. */
  readonly width: number;
  readonly height: number;
  /** Border on each side, detector pixels, for faces that the frame cuts. */
  readonly border: number;
}

export interface ScaleOptions {
  /**
   * Height of the smallest face box that is looked for, pixels of the frame as sent. Halving it
   * makes detection four times slower. Default 32. Sensible: 16 to 200.
   */
  readonly faceSizeMinPx: number;
  /**
   * Pixels of the detector's input at most, which bounds the time for a frame of any size; beyond
   * it the smallest face that is found grows. Default 1.6 million.
   */
  readonly detectorPixelsMax: number;
}

export const scaleDefaults: ScaleOptions = {
  faceSizeMinPx: 32,
  detectorPixelsMax: 1_600_000,
};

/** Face height at which the detector is still sure of a face, pixels of its input. */
const detectorFaceMinPx = 18;

/** The overview: longest side of the scaled frame, and its border as a share of that. */
const overviewSidePx = 192;
const overviewBorderShare = 0.2;

/** A frame is never blown up by more than this; there is nothing more to see in it. */
const growthMax = 3;

function scaled(width: number, height: number, scale: number, border: number): DetectorScale {
  return {
    scale,
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
    border,
  };
}

/**
 * The scales at which a frame is searched: one for the smallest faces, and a bordered overview for
 * those that fill the frame. A small frame needs only the overview.
 */
export function planScales(width: number, height: number, options: ScaleOptions): DetectorScale[] {
  const longest = Math.max(width, height);
  const overviewScale = Math.min(growthMax, overviewSidePx / longest);
  const border = Math.round(overviewSidePx * overviewBorderShare);
  const overview = scaled(width, height, overviewScale, border);
  const wanted = detectorFaceMinPx / options.faceSizeMinPx;
  const allowed = Math.sqrt(options.detectorPixelsMax / (width * height));
  const closeScale = Math.min(wanted, allowed);
  if (closeScale <= overviewScale) return [overview];
  return [scaled(width, height, closeScale, 0), overview];
}

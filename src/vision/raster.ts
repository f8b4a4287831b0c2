/** RGB, interleaved, row by row from the top left; 0 to 255, as bytes or floats. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `width * height * 3` values. */
  readonly data: Uint8Array | Float32Array;
}

/** Pixels of a picture: RGB, 8 bits, interleaved, row by row from the top left, sRGB. */
export interface Raster extends Pixels {
  /** `width * height * 3` bytes. */
  readonly data: Uint8Array;
}

export function newRaster(width: number, height: number): Raster {
  return { width, height, data: new Uint8Array(width * height * 3) };
}

/** Overwrites the pixels, so that no probe outlives its query. */
export function wipe(...buffers: ReadonlyArray<Pixels | Float32Array | undefined>): void {
  for (const buffer of buffers) {
    if (buffer === undefined) continue;
    ("data" in buffer ? buffer.data : buffer).fill(0);
  }
}

/** Luma of each pixel, 0 to 255 (ITU-R BT.601, as JPEG and most vision tools have it). */
export function luma(picture: Pixels): Float32Array {
  const grey = new Float32Array(picture.width * picture.height);
  const { data } = picture;
  for (let i = 0; i < grey.length; i += 1) {
    grey[i] =
      0.299 * (data[i * 3] ?? 0) + 0.587 * (data[i * 3 + 1] ?? 0) + 0.114 * (data[i * 3 + 2] ?? 0);
  }
  return grey;
}

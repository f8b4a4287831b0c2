import sharp from "sharp";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A loose chip: the box grown by `margin` of its size on each side, cut to the picture. */
export async function cropFace(picture: Buffer, box: Box | null, margin = 0.3): Promise<Buffer> {
  if (box === null) throw new Error("the face has no box");
  const { width = 0, height = 0 } = await sharp(picture).metadata();
  const left = Math.max(0, Math.round(box.x - margin * box.width));
  const top = Math.max(0, Math.round(box.y - margin * box.height));
  const right = Math.min(width, Math.round(box.x + (1 + margin) * box.width));
  const bottom = Math.min(height, Math.round(box.y + (1 + margin) * box.height));
  return sharp(picture)
    .extract({ left, top, width: right - left, height: bottom - top })
    .png()
    .toBuffer();
}

/** A PNG whose header says 30,000 x 30,000, and whose body is not there. */
export function hugePngHeader(): Buffer {
  const header = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
  const size = Buffer.alloc(8);
  size.writeUInt32BE(30_000, 0);
  size.writeUInt32BE(30_000, 4);
  return Buffer.concat([header, size, Buffer.from("0802000000", "hex"), Buffer.alloc(64)]);
}

/** A real 20,000 x 20,000 picture of one colour: few bytes, 1.2 GB when decoded. */
export function zipBomb(): Promise<Buffer> {
  return sharp({
    create: { width: 20_000, height: 20_000, channels: 3, background: "#777" },
    limitInputPixels: false,
  })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

export function plainPicture(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "#8ac" } })
    .jpeg()
    .toBuffer();
}

/** `columns` x `rows` copies of one face. */
export async function crowd(face: Buffer, columns: number, rows: number): Promise<Buffer> {
  const side = 96;
  const input = await sharp(face).resize(side, side, { fit: "cover" }).toBuffer();
  const tiles = Array.from({ length: columns * rows }, (_, position) => ({
    input,
    left: (position % columns) * side,
    top: Math.floor(position / columns) * side,
  }));
  return sharp({
    create: { width: columns * side, height: rows * side, channels: 3, background: "#888" },
  })
    .composite(tiles)
    .jpeg({ quality: 95 })
    .toBuffer();
}

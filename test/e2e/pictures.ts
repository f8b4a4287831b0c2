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
  const header = Buffer.alloc(13);
  header.writeUInt32BE(30_000, 0);
  header.writeUInt32BE(30_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([signature, pngChunk("IHDR", header), pngChunk("IDAT", Buffer.alloc(8))]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(typed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}

/** CRC-32 of ISO 3309, as PNG wants it. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
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

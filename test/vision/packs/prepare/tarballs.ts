import { gzipSync } from "node:zlib";

/** A gzipped tar archive as npm writes them. */
export function tarballOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, content]) => [
    header(path, content.length),
    content,
    new Uint8Array((512 - (content.length % 512)) % 512),
  ]);
  return gzipSync(Buffer.concat([...blocks, new Uint8Array(1024)]));
}

function header(path: string, size: number): Uint8Array {
  const block = Buffer.alloc(512);
  block.write(path, 0);
  block.write("0000644\0", 100);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("        0", 148);
  block.write("ustar\0", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

import { closeSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";

/** Rows of floats in a file, read as they are wanted, so that they do not count as memory used. */
export interface Rows {
  readonly count: number;
  readonly dimension: number;
  /** A copy of some rows. */
  read(from: number, count: number): Float32Array;
  close(): void;
}

export function openRows(path: string, count: number, dimension: number): Rows {
  const file = openSync(path, "r");
  return {
    count,
    dimension,
    read(from, wanted) {
      const values = new Float32Array(wanted * dimension);
      const bytes = new Uint8Array(values.buffer);
      const read = readSync(file, bytes, 0, bytes.length, from * dimension * 4);
      if (read !== bytes.length) throw new Error(`${path} ends before row ${from + wanted}`);
      return values;
    },
    close: () => closeSync(file),
  };
}

/** Hands rows on in pieces. */
export function* chunks(rows: Rows, size: number): Generator<[from: number, values: Float32Array]> {
  for (let from = 0; from < rows.count; from += size) {
    yield [from, rows.read(from, Math.min(size, rows.count - from))];
  }
}

/** Every row as an array of its own. */
export function rowsOf(values: Float32Array, dimension: number): Float32Array[] {
  return Array.from({ length: values.length / dimension }, (_, row) =>
    values.subarray(row * dimension, (row + 1) * dimension),
  );
}

/** Makes a file of this length, to be filled by several threads at once. */
export async function reserve(path: string, bytes: number): Promise<void> {
  const file = await open(path, "w");
  await file.truncate(bytes);
  await file.close();
}

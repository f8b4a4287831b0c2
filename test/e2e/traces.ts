import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

/** The vector as anybody might have kept it: floats in both byte orders, and 8-bit, whole or cut. */
export function tracesOf(values: readonly number[]): readonly Buffer[] {
  const singles = Buffer.from(Float32Array.from(values).buffer);
  const doubles = Buffer.from(Float64Array.from(values).buffer);
  const largest = Math.max(...values.map(Math.abs));
  const bytes = values.map((value) => Math.round((value * 127) / largest));
  const whole = [
    singles,
    Buffer.from(singles).swap32(),
    doubles,
    Buffer.from(doubles).swap64(),
    Buffer.from(Int8Array.from(bytes).buffer),
    Buffer.from(Uint8Array.from(bytes.map((byte) => byte + 128)).buffer),
  ];
  // A part of it is too much already.
  return whole.flatMap((trace) => [trace.subarray(0, 24), trace.subarray(-24)]);
}

/** No file below this folder holds any of them. */
export function expectNoTrace(dataDir: string, needles: readonly Buffer[], when: string): void {
  let files = 0;
  for (const file of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    files += 1;
    const bytes = readFileSync(join(file.parentPath, file.name));
    for (const needle of needles) {
      expect(bytes.includes(needle), `${file.name} ${when}`).toBe(false);
    }
  }
  expect(files).toBeGreaterThan(3);
}

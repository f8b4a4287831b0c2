import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const demo = join(
  dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
  "demo",
);

/** Photographs 1 to 6; they show 3, 3, 3, 4, 5 and 4 faces. */
export const sampleNumbers = [1, 2, 3, 4, 5, 6] as const;

export function sampleBytes(number: number): Uint8Array {
  return readFileSync(join(demo, `sample${number}.jpg`));
}

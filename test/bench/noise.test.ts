import { expect, it } from "vitest";
import { noiseText } from "../../bench/noise.js";

it("noiseText() tells how much the same work varied, and what all cores at once cost it", () => {
  const text = noiseText({ aloneMs: 10, spread: 0.034, togetherMs: 13 });
  expect(text).toBe(
    "a fixed piece of work varied by 3 % and took 1.30 times as long with all cores at once",
  );
});

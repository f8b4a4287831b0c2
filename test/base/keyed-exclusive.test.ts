import { expect, it } from "vitest";
import { createKeyedExclusive } from "../../src/base/exclusive.js";

it("createKeyedExclusive() keeps one key in order, and lets others pass", async () => {
  const exclusive = createKeyedExclusive();
  const seen: string[] = [];
  let release: (value: unknown) => void = () => undefined;
  const gate = new Promise((resolve) => {
    release = resolve;
  });
  const first = exclusive("a", async () => {
    await gate;
    seen.push("a first");
  });
  const second = exclusive("a", async () => {
    seen.push("a second");
  });
  await exclusive("b", async () => {
    seen.push("b");
  });
  release(null);
  await Promise.all([first, second]);
  expect(seen).toEqual(["b", "a first", "a second"]);
});

import { describe, expect, it } from "vitest";
import { createExclusive } from "../../src/base/exclusive.js";

describe("createExclusive()", () => {
  it("runs one piece of work at a time, in order, and a failure stops nobody else", async () => {
    const exclusive = createExclusive();
    const seen: string[] = [];
    const work = (name: string, fails = false) =>
      exclusive(async () => {
        seen.push(`${name} begins`);
        await Promise.resolve();
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const settled = await Promise.allSettled([work("a"), work("b", true), work("c")]);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(seen).toEqual(["a", "b", "c"].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });
});

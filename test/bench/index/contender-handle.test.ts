import { describe, expect, it } from "vitest";
import { startContender } from "../../../bench/index/contender-handle.js";

/** A contender of a few lines: says what it is told to. */
function start(answer: string) {
  const program = `
    console.log("a library says hello");
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const request = JSON.parse(line);
      if (request.do === "close") process.exit();
      ${answer}
    });
  `;
  const command = { program: process.execPath, args: ["-e", program], env: {} };
  return startContender(command, new AbortController().signal);
}

describe("startContender()", () => {
  it("passes over what libraries print, and gives the answer", async () => {
    const handle = start(`console.log('@@{"ok":true,"rows":[3,1]}')`);
    expect(await handle.ask<"answers">({ do: "answers" }, 10_000)).toEqual({ rows: [3, 1] });
    await handle.close();
  });

  it("fails with what the contender says", async () => {
    const handle = start(`console.log('@@{"ok":false,"error":"no such index"}')`);
    const asking = handle.ask<"use">({ do: "use", setting: "9" }, 10_000);
    await expect(asking).rejects.toThrow("no such index");
    await handle.close();
  });

  it("fails with the last words of one that ends", async () => {
    const handle = start(`console.error("out of memory"); process.exit(1)`);
    await expect(handle.ask<"build">({ do: "build" }, 10_000)).rejects.toThrow("out of memory");
    await handle.close();
  });

  it("ends one that takes too long", async () => {
    const handle = start("");
    await expect(handle.ask<"build">({ do: "build" }, 50)).rejects.toThrow("took longer than");
    await handle.close();
  });
});

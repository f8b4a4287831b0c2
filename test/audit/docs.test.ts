import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageDir } from "../../src/base/package.js";

/** How the code names the acts that it records. */
const actPattern =
  /(?:\bact: |\brecord(?:Look)?\(engine, |\bbeginChange\(engine, \w+, )"([a-z.-]+)"/g;

test("every act that the code records is in the page on the audit", async () => {
  const page = await readFile(join(packageDir, "docs", "audit.md"), "utf8");
  const usecases = join(packageDir, "src", "usecases");
  const files = (await readdir(usecases, { recursive: true })).filter((name) => /\.ts$/.test(name));
  const paths = [...files.map((name) => join(usecases, name)), join(packageDir, "src", "main.ts")];
  const acts = new Set<string>();
  for (const path of paths) {
    for (const [, act = ""] of (await readFile(path, "utf8")).matchAll(actPattern)) {
      acts.add(act);
    }
  }
  expect(acts.size).toBeGreaterThan(20);
  expect([...acts].filter((act) => !page.includes(`\`${act}\``))).toEqual([]);
});

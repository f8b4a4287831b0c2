import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const program = join(import.meta.dirname, "../../dist/src/cli/main.js");

it("the demo tells its whole story and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-e2e-demo-"));
  const drawn = join(folder, "made", "answer.png");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, "demo", "--json", "--out", drawn],
    { env: { ...process.env, TMPDIR: folder, XDG_CACHE_HOME: folder, CI: "" } },
  );
  const story = JSON.parse(stdout);
  expect(story.ok).toBe(true);
  expect(story.refused).toMatchObject([{ type: "SIGNAGE_MISSING" }]);
  expect(story.checked).toBeGreaterThan(15);
  expect(story.enrolled).toBeGreaterThanOrEqual(15);
  expect(story.answer.faces.map((face: { decision: string }) => face.decision)).toEqual([
    "DECISION_NO_MATCH",
    "DECISION_NO_MATCH",
    "DECISION_MATCH",
  ]);
  expect(readFileSync(drawn).length).toBeGreaterThan(1000);
  // Neither the data of the demo, nor what a library might keep to report.
  expect(readdirSync(folder)).toEqual(["made"]);
  rmSync(folder, { recursive: true });
});

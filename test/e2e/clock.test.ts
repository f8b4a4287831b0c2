import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runToItsEnd } from "./harness.js";
import { placePerTest } from "./own-server.js";

const place = placePerTest();

const MINUTE_MS = 60_000;

/** The environment of a process whose clock is off by so much. */
function clockOff(byMs: number): Readonly<Record<string, string>> {
  const code = `const now=Date.now;Date.now=()=>now()+${byMs}`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** Serves for a moment. */
async function serve(byMs: number, galleryId: string): Promise<void> {
  const running = await place.start(clockOff(byMs));
  await running.client.gallery.createGallery({ galleryId });
  expect(await running.client.audit.verifyAudit({})).toMatchObject({ intact: true });
  await running.stop();
}

/** The audit's lines. */
function audit(): readonly string[] {
  const folder = join(place.dataDir, "audit");
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  return names.sort().flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
}

function times(): readonly number[] {
  const lines = audit().filter((line) => line !== "");
  return lines.map((line) => (JSON.parse(line) as { record: { timeMs: number } }).record.timeMs);
}

describe("a server whose clock was set back between two starts", () => {
  it("by an hour does not start, says why and what to do, and changes no record", async () => {
    await serve(0, "before");
    const before = audit();
    const { code, stderr } = await runToItsEnd(place.dataDir, clockOff(-60 * MINUTE_MS));
    expect(code).toBe(1);
    expect(stderr).toMatch(/The clock says .*, and the newest audit record is of .*Set the clock/s);
    expect(audit()).toEqual(before);
    // Right again, it goes on as if nothing had been.
    await serve(0, "after");
  }, 120_000);

  it("by two minutes, as time servers do, goes on, and no record is older than the one before", async () => {
    await serve(0, "before");
    const newest = Math.max(...times());
    await serve(-2 * MINUTE_MS, "meanwhile");
    expect(times()).toEqual(times().toSorted((a, b) => a - b));
    expect(Math.max(...times())).toBe(newest);
    await serve(0, "after");
    expect(times()).toEqual(times().toSorted((a, b) => a - b));
  }, 120_000);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { verifyAuditDirectory } from "../../src/audit/verify-directory.js";
import { systemClock } from "../../src/base/clock.js";
import { anEvent, openLog } from "./events.js";

const script = fileURLToPath(new URL("append-until-killed.mjs", import.meta.url));

test("over three kills -9, every record that was acknowledged is in one unbroken chain", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
  let acknowledged = 0;
  for (const count of [1, 400, 900]) {
    acknowledged = await appendUntilKilled(directory, count);
    const log = await openLog(directory, { clock: systemClock });
    expect(log.head().seq).toBeGreaterThanOrEqual(acknowledged);
    const next = log.head().seq + 1;
    expect(await log.append(anEvent())).toBe(next);
    await log.close();
    // And the checkpoint at the close.
    expect(await verifyAuditDirectory(directory)).toMatchObject({ ok: true, records: next + 1 });
  }
  await rm(directory, { recursive: true });
});

/** The highest number acknowledged by a child that is killed after so many acknowledgements. */
async function appendUntilKilled(directory: string, count: number): Promise<number> {
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, [script, directory, "20000"], { stdio: [...stdio] });
  const exited = once(child, "exit");
  let seen = 0;
  let highest = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    seen += 1;
    // The last line may be cut short by the kill.
    if (line.endsWith(";")) highest = Math.max(highest, Number(line.slice(0, -1)));
    if (seen === count) child.kill("SIGKILL");
  }
  await exited;
  expect(seen).toBeGreaterThanOrEqual(count);
  return highest;
}

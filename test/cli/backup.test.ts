import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gaugeOf } from "../../src/cli/backup.js";
import { gaugeLine } from "../../src/cli/gauge.js";
import { type ReceivedPart, receiveBackup } from "../../src/usecases/offline/receive-backup.js";
import { partsOf, sentManifest, stream } from "../usecases/offline/backup-files.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cordon-cli-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What is shown after each part, a second after the one before. */
async function shown(parts: readonly ReceivedPart[]): Promise<readonly string[]> {
  const lines: string[] = [];
  await receiveBackup(stream(parts), join(root, "backup"), (progress) => {
    lines.push(gaugeLine(gaugeOf(progress), lines.length * 1_000));
  });
  return lines;
}

const mebibyte = "x".repeat(1_048_576);
const database = [
  ["cordon.db", mebibyte.repeat(6)],
  ["signer.json", mebibyte.repeat(2)],
] as const;

describe("cordon backup", () => {
  it("shows how much has come of how much, how fast, and how long it still takes", async () => {
    const [first, ...rest] = partsOf(database);
    const manifest = { ...sentManifest, files: database.map(([name]) => name) };
    const totalSizeBytes = 8 * 1_048_576;
    expect(first).toHaveProperty("manifest");
    const lines = await shown([{ manifest: { ...manifest, totalSizeBytes } }, ...rest]);
    expect(lines[0]).toBe(
      "[........................] receiving, file 1 of 2, cordon.db, 0.0/8.0 MiB",
    );
    expect(lines[1]).toBe(
      "[#########...............] receiving, file 1 of 2, cordon.db, 3.0/8.0 MiB, 3.0 MiB/s, 2 s left",
    );
    expect(lines.at(-1)).toMatch(/^\[#{24}\] .*, 8\.0\/8\.0 MiB, .*, 0 s left$/);
  });

  it("shows no end of a server that does not say how much there is", async () => {
    const [, ...rest] = partsOf(database);
    const manifest = { ...sentManifest, files: database.map(([name]) => name) };
    const lines = await shown([{ manifest: { ...manifest, totalSizeBytes: 0 } }, ...rest]);
    expect(lines[1]).toBe("receiving, file 1 of 2, cordon.db, 3.0 MiB, 3.0 MiB/s");
  });
});

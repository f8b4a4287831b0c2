import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  makeDataDir,
  removeDataDir,
  runToItsEnd,
  startServerProcess,
  type User,
} from "./harness.js";

/** Root may write everywhere, so that as root the server runs as nobody. */
const NOBODY = 65_534;
const user: User | null = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : null;

/** A clone in root's own folder is closed to nobody, who cannot run the server then. */
function mayRun(): boolean {
  if (process.platform === "win32") return false;
  const main = fileURLToPath(new URL("../../dist/src/main.js", import.meta.url));
  const probe = ["-e", "require('node:fs').readFileSync(process.argv[1])", main];
  return spawnSync(process.execPath, probe, { ...user }).status === 0;
}

let dataDir = "";
const runs = mayRun();
beforeAll(async () => {
  if (!runs) return;
  dataDir = makeDataDir();
  own(dataDir);
  const server = await startServerProcess(dataDir, {}, user);
  await server.client.gallery.createGallery({ galleryId: "g" });
  await server.stop();
});
afterEach(() => {
  if (!runs) return;
  own(dataDir);
  const audit = join(dataDir, "audit");
  for (const folder of [dataDir, audit]) chmodSync(folder, 0o700);
  for (const name of readdirSync(audit)) chmodSync(join(audit, name), 0o700);
  chmodSync(join(dataDir, "cordon.db"), 0o600);
});
afterAll(() => {
  if (runs) removeDataDir(dataDir);
});

function own(path: string): void {
  if (user !== null) chownSync(path, user.uid, user.gid);
}

/** Every file with its bytes and the time of its last change. */
function contents(): ReadonlyMap<string, string> {
  const entries = readdirSync(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, `${statSync(path).mtimeMs} ${readFileSync(path).toString("base64")}`];
    }),
  );
}

describe.runIf(runs)("a start on a data folder", () => {
  it("in which nothing may be written is refused, with what to do, and changes nothing", async () => {
    chmodSync(dataDir, 0o500);
    const before = contents();
    const { code, stderr } = await runToItsEnd(dataDir, {}, user);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot be written \(EACCES\)\. Give a data directory that the user/);
    expect(contents()).toEqual(before);
  }, 120_000);

  it.runIf(user !== null)(
    "of somebody else is refused, with what to do",
    async () => {
      chownSync(dataDir, 0, 0);
      const { code, stderr } = await runToItsEnd(dataDir, {}, user);
      expect(code).toBe(1);
      expect(stderr).toMatch(/cannot be written \(EACCES\)\. Give a data directory that the user/);
    },
    120_000,
  );

  it("whose database may not be written is refused, with what to do, and changes nothing", async () => {
    chmodSync(join(dataDir, "cordon.db"), 0o400);
    const before = contents();
    const { code, stderr } = await runToItsEnd(dataDir, {}, user);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cordon\.db" cannot be opened for writing \(EACCES\)\. Give the path/);
    expect(contents()).toEqual(before);
  }, 120_000);

  it("whose audit may not be written is refused, with what to do, and no record is changed", async () => {
    const audit = join(dataDir, "audit");
    for (const name of readdirSync(audit)) chmodSync(join(audit, name), 0o500);
    chmodSync(audit, 0o500);
    const records = () => [...contents()].filter(([path]) => path.startsWith(audit));
    const before = records();
    const { code, stderr } = await runToItsEnd(dataDir, {}, user);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /audit-\d+\.jsonl" cannot be opened for writing\. Make it and its directory/,
    );
    expect(records()).toEqual(before);
  }, 120_000);
});

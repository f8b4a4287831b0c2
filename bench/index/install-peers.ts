import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir } from "node:fs/promises";
import { hasPeer, installedPeersFolder, peerManifests, peersFolder } from "../peers-folder.js";
import type { ProgressStream } from "../progress.js";

const INSTALL_MS_MAX = 10 * 60_000;

/**
 * Installs the peers of npm when one of these packages is not there: into a folder of their own, from
 * the bench's own lock file, never among the product's. A failure is told, and the peers are then missing.
 */
export async function installPeers(
  packages: readonly string[],
  stderr: ProgressStream,
  signal: AbortSignal,
): Promise<void> {
  const absent = packages.filter((name) => !hasPeer(name));
  if (absent.length === 0) return;
  stderr.write(`installing the peers (${absent.join(", ")}) into ${installedPeersFolder} ...\n`);
  await mkdir(installedPeersFolder, { recursive: true });
  for (const name of peerManifests) {
    await copyFile(peersFolder + name, installedPeersFolder + name);
  }
  // Not `npm ci`: it wants the packages of every other platform in the lock file, which npm leaves
  // out of it.
  const args = ["install", "--prefix", installedPeersFolder, "--no-audit", "--no-fund"];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(INSTALL_MS_MAX)]);
  const child = spawn("npm", args, { stdio: ["ignore", "ignore", "pipe"], signal: limit });
  child.stderr.on("data", (chunk: Buffer) => stderr.write(chunk.toString("utf8")));
  const code = await once(child, "close").then(
    ([exitCode]) => exitCode as number | null,
    () => null,
  );
  signal.throwIfAborted();
  if (code !== 0) stderr.write("the peers could not be installed; they are left out\n");
}

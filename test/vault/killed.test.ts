import type * as FileSystem from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { describeKeyFile } from "../../src/vault/key-file.js";
import { openVault } from "../../src/vault/open-vault.js";
import type { Vault } from "../../src/vault/vault.js";
import { makeVaultFolder, type VaultFolder } from "./folder.js";

/**
 * A process that is killed stops between two calls of the system, or within a write. So the file
 * system here stops answering after a number of calls, the last of which, if it is a write, gets
 * half of its bytes; nothing is cleaned up afterwards, since every later call fails too.
 */
const killer = vi.hoisted(() => ({ callsLeft: Number.POSITIVE_INFINITY, calls: 0 }));

vi.mock("node:fs/promises", async (importActual) => {
  const actual = await importActual<typeof FileSystem>();
  const dying = <Args extends readonly unknown[], T>(
    call: (...args: Args) => Promise<T>,
    half?: (...args: Args) => Promise<unknown>,
  ) => {
    return async (...args: Args): Promise<T> => {
      killer.calls += 1;
      killer.callsLeft -= 1;
      if (killer.callsLeft >= 0) return await call(...args);
      if (killer.callsLeft === -1) await half?.(...args);
      throw new Error("killed");
    };
  };
  const handleOf = (handle: FileSystem.FileHandle) => ({
    stat: dying(() => handle.stat()),
    read: dying((into: Buffer, at: number, size: number) => handle.read(into, at, size, 0)),
    writeFile: dying(
      (bytes: Buffer) => handle.writeFile(bytes),
      (bytes: Buffer) => handle.writeFile(bytes.subarray(0, bytes.length / 2)),
    ),
    write: dying(
      (bytes: Buffer) => handle.write(bytes, 0, bytes.length, 0),
      (bytes: Buffer) => handle.write(bytes, 0, bytes.length / 2, 0),
    ),
    sync: dying(() => handle.sync()),
    // The system closes what a killed process had open.
    close: () => handle.close(),
  });
  return {
    ...actual,
    open: dying(async (path: string, flags: string | number, mode?: number) =>
      handleOf(await actual.open(path, flags, mode)),
    ),
    link: dying(actual.link),
    mkdir: dying(actual.mkdir),
    readdir: dying(actual.readdir),
    realpath: dying(actual.realpath),
    rename: dying(actual.rename),
    unlink: dying(actual.unlink),
  };
});

const fs = await vi.importActual<typeof FileSystem>("node:fs/promises");

/** Kills `work` at its nth call of the file system; false when it has no more calls than that. */
async function killedAt(step: number, work: () => Promise<unknown>): Promise<boolean> {
  killer.callsLeft = step;
  try {
    await work().catch(() => undefined);
    return killer.callsLeft < 0;
  } finally {
    killer.callsLeft = Number.POSITIVE_INFINITY;
  }
}

/** Does `work` in a copy of the folder for each step at which it may be killed. */
async function killEverywhere(
  from: VaultFolder,
  work: (vault: Vault) => Promise<unknown>,
  check: (copy: VaultFolder) => Promise<void>,
): Promise<number> {
  for (let step = 0; ; step++) {
    const copy = await makeVaultFolder();
    try {
      await fs.cp(from.path, copy.path, { recursive: true });
      const vault = await openVault(copy.options);
      const killed = await killedAt(step, () => work(vault));
      vault.close();
      await check(copy);
      if (!killed) return step;
    } finally {
      await copy.remove();
    }
  }
}

const versionsOf = async (folder: VaultFolder) =>
  (await describeKeyFile(folder.keyFile))?.keys.map(({ version }) => version);

test("killed at any step of a rotation, the keys are the old ones or the new ones", async () => {
  const folder = await makeVaultFolder();
  const first = await openVault(folder.options);
  const { wrapped } = first.createPersonKey("p");
  const { publicKey } = first.signer;
  const seen = new Set<string>();
  const steps = await killEverywhere(
    folder,
    (vault) => vault.rotate(),
    async (copy) => {
      seen.add(String(await versionsOf(copy)));
      const again = await openVault({ ...copy.options, createIfAbsent: false });
      // A key that a killed attempt left is gone with the next start.
      expect((await fs.readdir(copy.path)).sort()).toEqual(["key.json", "signer.json"]);
      again.openPersonKey("p", wrapped).destroy();
      expect(again.signer.publicKey).toEqual(publicKey);
      const next = await again.rotate();
      const anew = again.rewrapPersonKey("p", wrapped);
      await again.retire();
      const last = await openVault({ ...copy.options, createIfAbsent: false });
      expect(last.keyVersions).toEqual([next]);
      expect(last.signer.publicKey).toEqual(publicKey);
      last.openPersonKey("p", anew.wrapped).destroy();
      // Nothing that a killed rotation left can hold a key after a retiring.
      expect((await fs.readdir(copy.path)).sort()).toEqual(["key.json", "signer.json"]);
    },
  );
  expect(steps).toBeGreaterThan(20);
  expect(seen).toEqual(new Set(["1", "1,2"]));
  await folder.remove();
});

test("what a killed attempt left is overwritten, and what is not of that kind stays", async () => {
  const folder = await makeVaultFolder();
  const { path } = folder;
  (await openVault(folder.options)).close();
  const uuid = "00000000-0000-4000-8000-000000000000";
  const other = ["key.json.old", "key.json.tmp", `other.json.${uuid}.tmp`];
  for (const name of other) await fs.writeFile(join(path, name), "of somebody");
  const left = ["key.json", "signer.json"].map((name) => join(path, `${name}.${uuid}.tmp`));
  for (const file of left) await fs.writeFile(file, "a key");
  const handles = await Promise.all(left.map((file) => fs.open(file, "r")));
  (await openVault(folder.options)).close();
  expect((await fs.readdir(path)).sort()).toEqual([...other, "key.json", "signer.json"].sort());
  for (const handle of handles) {
    expect(await handle.readFile()).toEqual(Buffer.alloc("a key".length));
    await handle.close();
  }
  await folder.remove();
});

test("killed at any step of a retiring, all keys are there or the newest alone", async () => {
  const folder = await makeVaultFolder();
  const first = await openVault(folder.options);
  await first.rotate();
  await first.rotate();
  const { wrapped } = first.createPersonKey("p");
  const { publicKey } = first.signer;
  const seen = new Set<string>();
  await killEverywhere(
    folder,
    (vault) => vault.retire(),
    async (copy) => {
      seen.add(String(await versionsOf(copy)));
      const again = await openVault({ ...copy.options, createIfAbsent: false });
      again.openPersonKey("p", wrapped).destroy();
      expect(again.signer.publicKey).toEqual(publicKey);
      await again.retire();
      expect(await versionsOf(copy)).toEqual([3]);
    },
  );
  expect(seen).toEqual(new Set(["1,2,3", "3"]));
  await folder.remove();
});

test("killed at any step of a first start, the next start makes what is missing", async () => {
  const start = async (folder: VaultFolder, step: number) => {
    const options = { ...folder.options, keyFile: join(folder.path, "made", "key.json") };
    const killed = await killedAt(step, () => openVault(options));
    const vault = await openVault(options);
    expect(vault.keyVersions).toEqual([1]);
    expect(await fs.readdir(join(folder.path, "made"))).toEqual(["key.json"]);
    await vault.rotate();
    await vault.retire();
    expect(await fs.readdir(join(folder.path, "made"))).toEqual(["key.json"]);
    return killed;
  };
  for (let step = 0, killed = true; killed; step++) {
    const folder = await makeVaultFolder();
    killed = await start(folder, step);
    await folder.remove();
  }
});

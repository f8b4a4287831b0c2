import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ChainHead } from "../../audit/audit.js";
import { queryAuditDirectory } from "../../audit/query-directory.js";
import { readSigners } from "../../audit/signers.js";
import { verifyAuditDirectory } from "../../audit/verify-directory.js";
import { lockFileName } from "../../store/data-directory.js";
import { openSqliteStore } from "../../store/sqlite-store.js";
import type { Store } from "../../store/store.js";
import { openVault, type VaultOptions } from "../../vault/open-vault.js";
import { type Vault, VaultError } from "../../vault/vault.js";
import { type BackupFolder, databaseName, signerName } from "./backup-manifest.js";
import type { Restored, RestoreProgress } from "./restore.js";

/** Templates read at once. */
const BATCH = 500;

export interface CheckOptions {
  /** Holds the copy. */
  readonly folder: string;
  readonly manifest: BackupFolder;
  readonly vault: Required<Pick<VaultOptions, "provider" | "keyFile" | "transit">>;
  /** May throw to break off. */
  readonly progress: (step: RestoreProgress["step"], done: number, total: number) => void;
}

export type Checked = Pick<Restored, "persons" | "auditRecords" | "auditHead" | "publicKey">;

/**
 * Checks a copy as a server would at its start, and more: the whole audit, every page of the
 * database, and that the key file opens the signer and every data key.
 *
 * @throws Error naming what is wrong
 */
export async function checkRestored(options: CheckOptions): Promise<Checked> {
  const { folder, manifest } = options;
  const auditDir = join(folder, "audit");
  const { records, head } = await checkAudit(auditDir, options);
  await requireRecord(auditDir, manifest.audit, "the back-up");
  const store = await openSqliteStore({ path: join(folder, databaseName) });
  try {
    if ((await store.getInstanceId()) !== manifest.instanceId) {
      throw new Error("The database is another one than the manifest says. Take another back-up.");
    }
    const mark = await store.getMark();
    if (mark !== null) {
      await requireRecord(auditDir, { seq: mark.auditSeq, hash: mark.auditHash }, "the database");
    }
    const vault = await openKeys(options);
    try {
      await checkSigner(auditDir, vault);
      const persons = await store.countPersons();
      await tryKeys(store, vault, options);
      const { publicKey } = vault.signer;
      return { persons, auditRecords: records, auditHead: head, publicKey };
    } finally {
      vault.close();
    }
  } finally {
    await store.close();
    await rm(join(folder, lockFileName), { force: true });
  }
}

async function checkAudit(auditDir: string, { progress }: CheckOptions) {
  const result = await verifyAuditDirectory(auditDir, {
    onProgress: ({ sizeBytes, sizeBytesTotal }) =>
      progress("checking the audit", sizeBytes, sizeBytesTotal),
  });
  if (result.ok) return result;
  const { seq, file, line, offsetBytes, fault } = result.broken;
  throw new Error(
    `The audit is broken at record ${seq} (${file}, line ${line}, byte ${offsetBytes}): ${fault}. ` +
      "Take another one; find out who or what altered this one.",
  );
}

/** Another audit, or one from before, would let a server not start, or forget erasures. */
async function requireRecord(auditDir: string, { seq, hash }: ChainHead, whose: string) {
  if (seq === 0) return;
  for await (const line of queryAuditDirectory(auditDir, {}, seq - 1)) {
    if (line.record.seq === seq && line.hash === hash) return;
    break;
  }
  throw new Error(
    `The audit does not have record ${seq} as ${whose} knows it: it is older, or another ` +
      "server's. Give the newest audit of the same server, or leave --audit.",
  );
}

async function openKeys({ folder, vault }: CheckOptions): Promise<Vault> {
  try {
    const signerFile = join(folder, signerName);
    return await openVault({ ...vault, signerFile, createIfAbsent: false });
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw wrongKeys(vault.keyFile, error);
  }
}

async function checkSigner(auditDir: string, { signer }: Vault): Promise<void> {
  const known = await readSigners(auditDir);
  if (known.some((key) => key.equals(signer.publicKey))) return;
  throw new Error("The audit was not signed by the signer of this back-up. Take another audit.");
}

async function tryKeys(store: Store, vault: Vault, { vault: { keyFile }, progress }: CheckOptions) {
  const counts = await store.countByKeyVersion();
  const total = [...counts.values()].reduce((sum, rows) => sum + rows, 0);
  let done = 0;
  let last = "";
  for await (const batch of store.scanTemplates(BATCH)) {
    for (const { person } of batch) {
      // The templates of one enrolment follow one another.
      if (person.personId === last) continue;
      last = person.personId;
      done += 1;
      try {
        vault.openPersonKey(person.personId, person.wrappedKey).destroy();
      } catch (error) {
        if (!(error instanceof VaultError)) throw error;
        throw wrongKeys(keyFile, error);
      }
    }
    progress("trying the keys", done, total);
  }
}

function wrongKeys(keyFile: string, cause: VaultError): Error {
  const message = `The key file "${keyFile}" does not open this back-up. ${cause.message}`;
  return new Error(message, { cause });
}

import type { AuditActor } from "../audit/audit.js";
import { abortError, CordonError } from "../base/errors.js";
import { VaultError } from "../vault/vault.js";
import type { Engine } from "./engine.js";

/** Data keys wrapped anew in one commit: a moment in which nobody is enrolled or erased. */
const KEYS_PER_STEP = 200;

export interface KeyStatus {
  readonly provider: string;
  readonly keyVersion: number;
  /** Oldest first, with the rows whose data key each has wrapped. */
  readonly versions: readonly { readonly version: number; readonly persons: number }[];
}

type Keys = Pick<Engine, "vault" | "store" | "roster" | "audit" | "metrics">;

export async function keyStatus({ vault, store }: Keys): Promise<KeyStatus> {
  const counts = await store.countByKeyVersion();
  const versions = vault.keyVersions.map((version) => {
    return { version, persons: counts.get(version) ?? 0 };
  });
  return { provider: vault.providerName, keyVersion: vault.keyVersion, versions };
}

/**
 * Makes a new key-encryption key and wraps every data key with it, while the server works on. What
 * a kill left undone is done by the next start, or by asking again with `resumeOnly`.
 */
export async function rotateKeys(
  engine: Keys,
  { resumeOnly }: { readonly resumeOnly: boolean },
  actor: AuditActor,
  signal?: AbortSignal,
): Promise<{ readonly keyVersion: number; readonly rewrapped: number }> {
  const { vault, audit, metrics } = engine;
  if (!resumeOnly) {
    const keyVersion = await engine.roster.alone(() => changed(vault.rotate()));
    metrics.keyVersion.set(keyVersion);
    await audit.append({ act: "keys.rotate", actor, details: { keyVersion, state: "BEGUN" } });
  }
  let rewrapped = 0;
  for (;;) {
    if (signal?.aborted) throw abortError(signal);
    const step = await engine.roster.alone(() => rewrapSome(engine));
    if (step === 0) break;
    rewrapped += step;
  }
  const { keyVersion } = vault;
  const details = { keyVersion, rewrapped, state: "DONE" };
  if (!resumeOnly || rewrapped > 0) await audit.append({ act: "keys.rotate", actor, details });
  return { keyVersion, rewrapped };
}

/** Rows seen; 0 when every data key is wrapped by the newest. */
async function rewrapSome({ vault, store }: Keys): Promise<number> {
  const rows = await store.listKeysBelow(vault.keyVersion, KEYS_PER_STEP);
  const keys = rows.map(({ personId, wrappedKey }) => {
    const { wrapped, keyVersion } = vault.rewrapPersonKey(personId, wrappedKey);
    return { personId, wrappedKey: wrapped, keyVersion };
  });
  if (keys.length > 0) await store.replaceKeys(keys);
  return keys.length;
}

/**
 * Destroys the keys that wrap nothing any more, so that older back-ups can not be read.
 * @throws CordonError FAILED_PRECONDITION KEYS_IN_USE
 */
export function retireKeys(engine: Keys, actor: AuditActor): Promise<readonly number[]> {
  const { vault, store, audit } = engine;
  return engine.roster.alone(async () => {
    const [used] = await store.listKeysBelow(vault.keyVersion, 1);
    if (used !== undefined) {
      throw new CordonError({
        status: "FAILED_PRECONDITION",
        reason: "KEYS_IN_USE",
        message:
          "Data keys are wrapped by older keys still. Run cordon keys rotate --resume first.",
      });
    }
    const retired = await changed(vault.retire());
    await audit.append({ act: "keys.retire", actor, details: { retiredVersions: [...retired] } });
    return retired;
  });
}

/** What the key provider says is meant for whoever runs the server. */
async function changed<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    if (!(cause instanceof VaultError)) throw cause;
    throw new CordonError({
      status: "UNAVAILABLE",
      reason: "KEY_PROVIDER_FAILED",
      message: cause.message,
      cause,
    });
  });
}

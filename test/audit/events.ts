import { generateKeyPairSync, sign } from "node:crypto";
import type { AuditEvent, AuditLine } from "../../src/audit/audit.js";
import { type AuditLog, type AuditLogOptions, openAuditLog } from "../../src/audit/audit-log.js";
import type { Signer } from "../../src/vault/vault.js";

/** An event for tests of the audit log. */
export function anEvent(details: AuditEvent["details"] = {}): AuditEvent {
  return {
    act: "identify",
    actor: { name: "nvr-1", role: "camera", address: "10.0.0.7" },
    details,
  };
}

export const startMs = 1_750_000_000_000;
export const fixedClock = { nowMs: () => startMs };

/** An Ed25519 key of its own. */
export function newSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: publicKey.export({ type: "spki", format: "der" }).subarray(-32),
    sign: (message) => sign(null, message, privateKey),
  };
}

export const signer = newSigner();

/** Opens a log that signs only at the end of a file and at its close, unless it is told to. */
export function openLog(
  directory: string,
  options: Partial<AuditLogOptions> = {},
): Promise<AuditLog> {
  return openAuditLog({
    directory,
    clock: fixedClock,
    signer,
    instanceId: "test",
    checkpointRecords: 1_000_000,
    checkpointMs: 86_400_000,
    ...options,
  });
}

export async function collect(lines: AsyncIterable<AuditLine>): Promise<readonly AuditLine[]> {
  const all: AuditLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAuditLog } from "../../src/audit/audit-log.js";
import { systemClock } from "../../src/base/clock.js";
import type { Signer } from "../../src/vault/vault.js";
import type { Progress } from "../progress.js";

export interface AuditResult {
  readonly recordsPerSecond: number;
  readonly verifiedPerSecond: number;
}

/** Records that wait for the disk at once, as the calls of a busy server do. */
const CALLERS = 2_000;

/** Appends records as queries do, each durable before it counts, then checks the whole chain. */
export async function measureAudit(
  records: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<AuditResult> {
  const directory = await mkdtemp(join(tmpdir(), "cordon-audit-bench-"));
  const log = await openAuditLog({
    ...{ directory, clock: systemClock, signer: makeSigner(), instanceId: "bench" },
  });
  try {
    let appended = 0;
    const started = performance.now();
    const caller = async () => {
      while (appended < records && !signal.aborted) {
        appended += 1;
        await log.append(eventOf(appended));
        progress.add();
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));
    const appendedMs = performance.now() - started;
    signal.throwIfAborted();
    const beforeCheck = performance.now();
    const verified = await log.verify(signal);
    const checkedMs = performance.now() - beforeCheck;
    if (!verified.ok) throw new Error(`the chain is broken: ${verified.broken.fault}`);
    return {
      recordsPerSecond: (records / appendedMs) * 1_000,
      verifiedPerSecond: (verified.records / checkedMs) * 1_000,
    };
  } finally {
    await log.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function makeSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return {
    publicKey: Buffer.from(x, "base64url"),
    sign: (message) => sign(null, message, privateKey),
  };
}

/** As long as a query's record is. */
function eventOf(n: number) {
  const personId = `0b2f6f0e-3c1b-4f7e-9a51-${String(n).padStart(12, "0")}`;
  return {
    act: "identify",
    actor: { name: `nvr-${n % 50}`, role: "camera", address: "10.0.0.7" },
    details: {
      ...{ queryId: personId, zoneId: `zone-${n % 20}`, cameraId: `gate-${n % 50}` },
      ...{ galleryId: "watch", purpose: "PUBLIC_SAFETY", probe: "image", outcome: "ANSWERED" },
      ...{ modelPack: "faceplugin-160", threshold: 0.6, reviewThreshold: 0.55, facesDropped: 0 },
      faces: [{ decision: "MATCH", reviewReasons: [], candidates: [{ personId, score: 0.72 }] }],
    },
  };
}

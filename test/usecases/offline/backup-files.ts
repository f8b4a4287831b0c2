import { createHash } from "node:crypto";

import type { ReceivedPart } from "../../../src/usecases/offline/receive-backup.js";

/** What a server sends, as small as it may be. */
export const files: readonly (readonly [name: string, content: string])[] = [
  ["cordon.db", "the database"],
  ["signer.json", "the signer"],
  ["audit/audit-0000000000000001.jsonl", "the records"],
  ["audit/signers/0123456789abcdef.pem", ""],
];

export const manifest = {
  createdAtMs: Date.UTC(2026, 4, 4),
  version: "0.1.0",
  instanceId: "instance",
  persons: 3,
  keyVersions: [1, 2],
  audit: { seq: 7, hash: "ab".repeat(32) },
  files: files.map(([name]) => name),
};

const totalSizeBytes = files.reduce((sum, [, content]) => sum + content.length, 0);
/** The same as it is sent. */
export const sentManifest = { ...manifest, totalSizeBytes };

export function fileEnd(name: string, content: string): ReceivedPart {
  const sha256 = createHash("sha256").update(content).digest();
  return { fileEnd: { name, sizeBytes: Buffer.byteLength(content), sha256 } };
}

/** The parts of a back-up, each file cut in two. */
export function partsOf(sent: readonly (readonly [string, string])[] = files): ReceivedPart[] {
  const names = sent.map(([name]) => name);
  const parts: ReceivedPart[] = [{ manifest: { ...sentManifest, files: names } }];
  for (const [name, content] of sent) {
    const half = content.length >> 1;
    for (const piece of [content.slice(0, half), content.slice(half)]) {
      if (piece !== "") parts.push({ data: Buffer.from(piece) });
    }
    parts.push(fileEnd(name, content));
  }
  return parts;
}

export async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

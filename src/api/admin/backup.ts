import { type BackupPart, backup } from "../../usecases/backup.js";
import { actorOf, type Engine } from "../../usecases/engine.js";
import type { ServerFacts } from "../../usecases/server-info.js";
import type { ServerStream } from "../context.js";
import type { BackupRequest__Output } from "../generated/cordon/v1/BackupRequest.js";
import type { BackupResponse } from "../generated/cordon/v1/BackupResponse.js";
import { toTimestamp } from "../mapping.js";

export function backupRpc(
  engine: Engine,
  facts: ServerFacts,
): ServerStream<BackupRequest__Output, BackupResponse> {
  return async function* (_request, { caller, signal }) {
    for await (const part of backup(engine, facts.dataDir, actorOf(caller), signal)) {
      yield toResponse(part, facts.version);
    }
  };
}

function toResponse(part: BackupPart, version: string): BackupResponse {
  if ("data" in part) {
    const { buffer, byteOffset, byteLength } = part.data;
    return { data: Buffer.from(buffer, byteOffset, byteLength) };
  }
  if ("fileEnd" in part) {
    const { name, sizeBytes, sha256 } = part.fileEnd;
    return { fileEnd: { name, sizeBytes, sha256: Buffer.from(sha256) } };
  }
  const { createdAtMs, instanceId, files, audit, keyVersions, persons } = part.manifest;
  return {
    manifest: {
      createTime: toTimestamp(createdAtMs),
      version,
      instanceId,
      files: [...files],
      auditSeq: audit.seq,
      auditHash: audit.hash,
      keyVersions: [...keyVersions],
      persons,
    },
  };
}

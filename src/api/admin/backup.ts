import { type BackupPart, backup } from "../../usecases/backup.js";
import { actorOf, type Engine } from "../../usecases/engine.js";
import type { ServerFacts } from "../../usecases/server-info.js";
import type { ServerStream } from "../context.js";
import { fromFilePart } from "../file-part.js";
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
  if (!("manifest" in part)) return fromFilePart(part);
  const { createdAtMs, instanceId, files, audit, keyVersions, persons } = part.manifest;
  const { totalSizeBytes } = part.manifest;
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
      totalSizeBytes,
    },
  };
}

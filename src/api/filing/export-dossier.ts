import type { Engine } from "../../usecases/engine.js";
import { type DossierPart, exportDossier } from "../../usecases/filing/export-dossier.js";
import type { ServerStream } from "../context.js";
import type { ExportDossierRequest__Output } from "../generated/cordon/v1/ExportDossierRequest.js";
import type { ExportDossierResponse } from "../generated/cordon/v1/ExportDossierResponse.js";

export function exportDossierRpc(
  engine: Engine,
): ServerStream<ExportDossierRequest__Output, ExportDossierResponse> {
  return async function* (request, { caller, signal }) {
    for await (const part of exportDossier(engine, request, caller, signal)) yield toResponse(part);
  };
}

function toResponse(part: DossierPart): ExportDossierResponse {
  if ("data" in part) {
    const { buffer, byteOffset, byteLength } = part.data;
    return { data: Buffer.from(buffer, byteOffset, byteLength) };
  }
  if ("fileEnd" in part) {
    const { name, sizeBytes, sha256 } = part.fileEnd;
    return { fileEnd: { name, sizeBytes, sha256: Buffer.from(sha256) } };
  }
  const { complete, gaps, files, templateVersion } = part.manifest;
  return {
    manifest: {
      complete,
      gaps: gaps.map(({ material, what, remedy, more }) => ({
        ...{ material, remedy },
        what: more === 0 ? what : `${what}, and ${more} more like it`,
      })),
      files: [...files],
      templateVersion,
    },
  };
}

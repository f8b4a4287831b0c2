import type { Engine } from "../../usecases/engine.js";
import { type DossierPart, exportDossier } from "../../usecases/filing/export-dossier.js";
import type { ServerStream } from "../context.js";
import { fromFilePart } from "../file-part.js";
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
  if (!("manifest" in part)) return fromFilePart(part);
  const { complete, gaps, files, templateVersion } = part.manifest;
  return {
    manifest: {
      complete,
      gaps: gaps.map(({ material, what, remedy, more }) => ({ material, what, remedy, more })),
      files: [...files],
      templateVersion,
    },
  };
}

import type { Engine } from "../../usecases/engine.js";
import type { ServerStream } from "../context.js";
import type { ExportDossierRequest__Output } from "../generated/cordon/v1/ExportDossierRequest.js";
import type { ExportDossierResponse } from "../generated/cordon/v1/ExportDossierResponse.js";

export function exportDossierRpc(
  _engine: Engine,
): ServerStream<ExportDossierRequest__Output, ExportDossierResponse> {
  return async function* () {
    yield { manifest: { complete: false, gaps: [], files: [], templateVersion: "" } };
  };
}

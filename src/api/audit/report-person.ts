import type { Engine } from "../../usecases/engine.js";
import { reportPerson } from "../../usecases/person-report.js";
import type { ServerStream } from "../context.js";
import type { ReportPersonRequest__Output } from "../generated/cordon/v1/ReportPersonRequest.js";
import type { ReportPersonResponse } from "../generated/cordon/v1/ReportPersonResponse.js";
import { fromLine } from "./record.js";

export function reportPersonRpc(
  engine: Engine,
): ServerStream<ReportPersonRequest__Output, ReportPersonResponse> {
  return async function* ({ personId }, { caller, signal }) {
    for await (const part of reportPerson(engine, personId, caller, signal)) {
      if ("held" in part) yield { heldJson: JSON.stringify(part.held) };
      else yield { record: fromLine(part.record) };
    }
  };
}

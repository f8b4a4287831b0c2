import { exportRecords } from "../../usecases/audit-records.js";
import type { Engine } from "../../usecases/engine.js";
import type { ServerStream } from "../context.js";
import type { AuditRecord } from "../generated/cordon/v1/AuditRecord.js";
import type { ExportRecordsRequest__Output } from "../generated/cordon/v1/ExportRecordsRequest.js";
import type { ExportRecordsResponse } from "../generated/cordon/v1/ExportRecordsResponse.js";
import { toFilter } from "./filter.js";
import { fromLine } from "./record.js";

/** Records of one message, and characters of their lines; whichever is reached first. */
export const RECORDS_PER_MESSAGE = 500;
export const CHARACTERS_PER_MESSAGE = 524_288;

/** One message for each record would cost more than the records. */
export function exportRecordsRpc(
  engine: Engine,
): ServerStream<ExportRecordsRequest__Output, ExportRecordsResponse> {
  return async function* ({ filter }, { caller, signal }) {
    let records: AuditRecord[] = [];
    let characters = 0;
    for await (const line of exportRecords(engine, toFilter(filter), caller, signal)) {
      records.push(fromLine(line));
      characters += line.line.length;
      if (records.length < RECORDS_PER_MESSAGE && characters < CHARACTERS_PER_MESSAGE) continue;
      yield { records };
      records = [];
      characters = 0;
    }
    if (records.length > 0) yield { records };
  };
}

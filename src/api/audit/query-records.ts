import { queryRecords } from "../../usecases/audit-records.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { QueryRecordsRequest__Output } from "../generated/cordon/v1/QueryRecordsRequest.js";
import type { QueryRecordsResponse } from "../generated/cordon/v1/QueryRecordsResponse.js";
import { toPageRequest } from "../mapping.js";
import { toFilter } from "./filter.js";
import { fromLine } from "./record.js";

export function queryRecordsRpc(
  engine: Engine,
): Unary<QueryRecordsRequest__Output, QueryRecordsResponse> {
  return async (request, { caller }) => {
    const page = toPageRequest(request);
    const found = await queryRecords(engine, toFilter(request.filter), page, caller);
    return { records: found.items.map(fromLine), nextPageToken: found.nextPageToken };
  };
}

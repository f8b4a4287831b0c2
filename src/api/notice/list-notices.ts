import type { Engine } from "../../usecases/engine.js";
import { listNotices } from "../../usecases/notices.js";
import type { Unary } from "../context.js";
import type { ListNoticesRequest__Output } from "../generated/cordon/v1/ListNoticesRequest.js";
import type { ListNoticesResponse } from "../generated/cordon/v1/ListNoticesResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromNotice } from "./notice.js";

export function listNoticesRpc(
  engine: Engine,
): Unary<ListNoticesRequest__Output, ListNoticesResponse> {
  return async (request) => {
    const page = await listNotices(engine, request.zoneId || null, toPageRequest(request));
    return { notices: page.items.map(fromNotice), nextPageToken: page.nextPageToken };
  };
}

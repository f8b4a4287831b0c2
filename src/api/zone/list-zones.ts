import type { Engine } from "../../usecases/engine.js";
import { listZones } from "../../usecases/zones.js";
import type { Unary } from "../context.js";
import type { ListZonesRequest__Output } from "../generated/cordon/v1/ListZonesRequest.js";
import type { ListZonesResponse } from "../generated/cordon/v1/ListZonesResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromZone } from "./zone.js";

export function listZonesRpc(engine: Engine): Unary<ListZonesRequest__Output, ListZonesResponse> {
  return async (request) => {
    const page = await listZones(engine, toPageRequest(request));
    return { zones: page.items.map(fromZone), nextPageToken: page.nextPageToken };
  };
}

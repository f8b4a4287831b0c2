import type { Engine } from "../../usecases/engine.js";
import { getZone } from "../../usecases/zones.js";
import type { Unary } from "../context.js";
import type { GetZoneRequest__Output } from "../generated/cordon/v1/GetZoneRequest.js";
import type { GetZoneResponse } from "../generated/cordon/v1/GetZoneResponse.js";
import { fromZone } from "./zone.js";

export function getZoneRpc(engine: Engine): Unary<GetZoneRequest__Output, GetZoneResponse> {
  return async ({ zoneId }) => ({ zone: fromZone(await getZone(engine, zoneId)) });
}

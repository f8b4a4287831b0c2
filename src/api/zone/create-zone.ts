import type { Engine } from "../../usecases/engine.js";
import { createZone } from "../../usecases/zones.js";
import type { Unary } from "../context.js";
import type { CreateZoneRequest__Output } from "../generated/cordon/v1/CreateZoneRequest.js";
import type { CreateZoneResponse } from "../generated/cordon/v1/CreateZoneResponse.js";
import { toRawZone } from "./raw-zone.js";
import { fromZone } from "./zone.js";

export function createZoneRpc(
  engine: Engine,
): Unary<CreateZoneRequest__Output, CreateZoneResponse> {
  return async (request, { caller }) => ({
    zone: fromZone(await createZone(engine, toRawZone(request, ""), caller)),
  });
}

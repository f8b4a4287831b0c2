import { invalidField } from "../../base/errors.js";
import type { Engine } from "../../usecases/engine.js";
import { updateZone } from "../../usecases/zones.js";
import type { Unary } from "../context.js";
import type { UpdateZoneRequest__Output } from "../generated/cordon/v1/UpdateZoneRequest.js";
import type { UpdateZoneResponse } from "../generated/cordon/v1/UpdateZoneResponse.js";
import { toRawZone } from "./raw-zone.js";
import { fromZone } from "./zone.js";

export function updateZoneRpc(
  engine: Engine,
): Unary<UpdateZoneRequest__Output, UpdateZoneResponse> {
  return async ({ zone, updateMask }, { caller }) => {
    if (zone === null) throw invalidField("zone", "is required");
    const paths = updateMask?.paths ?? [];
    return { zone: fromZone(await updateZone(engine, toRawZone(zone, "zone."), paths, caller)) };
  };
}

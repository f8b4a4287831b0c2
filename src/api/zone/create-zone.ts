import type { Engine } from "../../usecases/engine.js";
import { createZone } from "../../usecases/zones.js";
import type { Unary } from "../context.js";
import type { CreateZoneRequest__Output } from "../generated/cordon/v1/CreateZoneRequest.js";
import type { CreateZoneResponse } from "../generated/cordon/v1/CreateZoneResponse.js";
import { toDatum, toMs, toPurpose, toRawPosition } from "../mapping.js";
import { fromZone } from "./zone.js";

export function createZoneRpc(
  engine: Engine,
): Unary<CreateZoneRequest__Output, CreateZoneResponse> {
  return async (request, { caller }) => {
    const { zoneId, displayName, necessity, geofenceGeojson } = request;
    const zone = await createZone(
      engine,
      {
        zoneId,
        displayName,
        necessity,
        geofenceGeojson,
        placeType: request.placeType.replace("PLACE_TYPE_", ""),
        purpose: toPurpose(request.purpose, "purpose"),
        geofenceDatum: toDatum(request.geofenceDatum),
        entrances: request.entrances.map((entrance) => ({
          entranceId: entrance.entranceId,
          displayName: entrance.displayName,
          position: toRawPosition(entrance.position),
        })),
        validFromMs: toMs(request.validFrom, "valid_from"),
        validUntilMs: toMs(request.validUntil, "valid_until"),
      },
      caller,
    );
    return { zone: fromZone(zone) };
  };
}

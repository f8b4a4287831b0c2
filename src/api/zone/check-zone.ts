import { invalidField } from "../../base/errors.js";
import { checkZone } from "../../usecases/check-zone.js";
import type { Engine } from "../../usecases/engine.js";
import type { Unary } from "../context.js";
import type { CheckZoneRequest__Output } from "../generated/cordon/v1/CheckZoneRequest.js";
import type { CheckZoneResponse } from "../generated/cordon/v1/CheckZoneResponse.js";
import { toTimestamp, toTimestampOrNull } from "../mapping.js";

const WITHIN_DAYS_MAX = 3660;

export function checkZoneRpc(engine: Engine): Unary<CheckZoneRequest__Output, CheckZoneResponse> {
  return async ({ zoneId, cameraId, galleryId, withinDays }) => {
    if (withinDays > WITHIN_DAYS_MAX) {
      throw invalidField("within_days", `must be at most ${WITHIN_DAYS_MAX}`);
    }
    const check = checkZone(engine, {
      zoneId,
      withinDays,
      ...(cameraId === "" ? {} : { cameraId }),
      ...(galleryId === "" ? {} : { galleryId }),
    });
    return {
      zoneId,
      satisfied: check.satisfied,
      items: check.items.map(({ satisfiedUntilMs, records, ...item }) => ({
        ...item,
        records: [...records],
        satisfiedUntil: toTimestampOrNull(satisfiedUntilMs),
      })),
      checkTime: toTimestamp(check.checkedAtMs),
    };
  };
}

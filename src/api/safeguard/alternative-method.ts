import type { AlternativeMethod } from "../../store/gate-records.js";
import type { AlternativeMethod as MethodMessage } from "../generated/cordon/v1/AlternativeMethod.js";
import { toTimestamp } from "../mapping.js";

export function fromMethod(method: AlternativeMethod): MethodMessage {
  const { methodId, zoneId, description, availableFromMs } = method;
  return { methodId, zoneId, description, availableFrom: toTimestamp(availableFromMs) };
}

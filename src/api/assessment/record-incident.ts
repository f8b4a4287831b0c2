import { invalidField } from "../../base/errors.js";
import type { Engine } from "../../usecases/engine.js";
import { recordIncident } from "../../usecases/incidents.js";
import type { Unary } from "../context.js";
import type { RecordIncidentRequest__Output } from "../generated/cordon/v1/RecordIncidentRequest.js";
import type { RecordIncidentResponse } from "../generated/cordon/v1/RecordIncidentResponse.js";
import { toMs } from "../mapping.js";
import { fromIncident } from "./incident.js";

export function recordIncidentRpc(
  engine: Engine,
): Unary<RecordIncidentRequest__Output, RecordIncidentResponse> {
  return async ({ incident }, { caller }) => {
    if (incident === null) throw invalidField("incident", "is required");
    const raw = { ...incident, occurredAtMs: toMs(incident.occurTime, "incident.occur_time") };
    return { incident: fromIncident(await recordIncident(engine, raw, caller)) };
  };
}

import type { Engine } from "../../usecases/engine.js";
import { listIncidents } from "../../usecases/incidents.js";
import type { Unary } from "../context.js";
import type { ListIncidentsRequest__Output } from "../generated/cordon/v1/ListIncidentsRequest.js";
import type { ListIncidentsResponse } from "../generated/cordon/v1/ListIncidentsResponse.js";
import { toPageRequest } from "../mapping.js";
import { fromIncident } from "./incident.js";

export function listIncidentsRpc(
  engine: Engine,
): Unary<ListIncidentsRequest__Output, ListIncidentsResponse> {
  return async (request) => {
    const page = await listIncidents(engine, toPageRequest(request));
    return { incidents: page.items.map(fromIncident), nextPageToken: page.nextPageToken };
  };
}

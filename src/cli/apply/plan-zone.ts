import type { Zone__Output } from "../../api/generated/cordon/v1/Zone.js";
import type { CordonClient } from "../../transport/client/client.js";
import { type ZoneDocument, zoneRequest } from "../documents/zone.js";
import { shortName } from "../output.js";
import { changesOf } from "./change.js";
import { blocked, createOrUpdate, judged, Phase, type Planner, type Step } from "./plan.js";
import { zoneAfter } from "./zone-after.js";
import { pathsOf, zoneChanges } from "./zone-change.js";

type ZoneState = NonNullable<ZoneDocument["state"]>;

/** Makes or changes a zone, then leads it to the state that is asked for. */
export const planZone: Planner<ZoneDocument> = async (document, current, { nowMs }) => {
  const zoneId = document.zone_id;
  const found = await current.zone(zoneId);
  const state = found === null ? null : (shortName(found.state, "ZONE_STATE_") as ZoneState);
  const fields = zoneChanges(document, found);
  const moved = changesOf(state === null ? {} : { state }, { state: document.state });
  const changes = [...fields, ...moved];
  if (state === "CLOSED" && changes.length > 0) {
    return blocked("the zone is closed, and stays so: use another zone_id", changes);
  }
  const path = pathTo(state ?? "DRAFT", document.state, zoneId);
  if (typeof path === "string") return blocked(path, changes);
  const steps = [...writeSteps(document, found, pathsOf(fields)), ...path];
  const outcome = createOrUpdate(found !== null, changes, ...steps);
  return judged(outcome, zoneAfter(document, found, nowMs));
};

function writeSteps(
  document: ZoneDocument,
  found: Zone__Output | null,
  paths: readonly string[],
): readonly Step[] {
  const { zone: phase } = Phase;
  const zone = zoneRequest(document);
  if (found === null) {
    return [{ phase, name: "create", run: (client) => client.zone.createZone(zone) }];
  }
  if (paths.length === 0) return [];
  const request = { zone, updateMask: { paths: [...paths] } };
  return [{ phase, name: "update", run: (client) => client.zone.updateZone(request) }];
}

type Act = "registerZone" | "activateZone" | "suspendZone" | "closeZone";

/** Steps from one state to another, or why there are none. */
function pathTo(
  from: ZoneState,
  to: ZoneState | undefined,
  zoneId: string,
): readonly Step[] | string {
  if (to === undefined || to === from) return [];
  const step = (phase: Phase, act: Act): Step => ({
    phase,
    name: act.slice(0, -"Zone".length),
    run: (client: CordonClient) => client.zone[act]({ zoneId }),
  });
  const register = from === "DRAFT" ? [step(Phase.zone, "registerZone")] : [];
  switch (to) {
    case "REGISTERED":
      return from === "DRAFT" ? register : `the zone is ${from}, and does not become REGISTERED`;
    case "ACTIVE":
      return [...register, step(Phase.activate, "activateZone")];
    case "SUSPENDED":
      if (from === "ACTIVE") return [step(Phase.close, "suspendZone")];
      return `the zone is ${from}: only an ACTIVE zone can be SUSPENDED`;
    case "CLOSED":
      // A zone that is made only to be closed must be there first.
      return [step(from === "DRAFT" ? Phase.activate : Phase.close, "closeZone")];
    case "DRAFT":
      return `the zone is ${from}, and does not become a DRAFT again`;
  }
}

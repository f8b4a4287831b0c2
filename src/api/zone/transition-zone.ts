import type { Engine } from "../../usecases/engine.js";
import { transitionZone } from "../../usecases/zones.js";
import type { Unary } from "../context.js";
import type { Zone } from "../generated/cordon/v1/Zone.js";
import { fromZone } from "./zone.js";

type Transition = Parameters<typeof transitionZone>[2];
type TransitionRpc = Unary<{ readonly zoneId: string }, { readonly zone: Zone }>;

function rpc(engine: Engine, transition: Transition): TransitionRpc {
  return async ({ zoneId }, { caller }) => ({
    zone: fromZone(await transitionZone(engine, zoneId, transition, caller)),
  });
}

/** The four RPCs that move a zone through its life; they differ in the transition alone. */
export const registerZoneRpc = (engine: Engine): TransitionRpc => rpc(engine, "register");
export const activateZoneRpc = (engine: Engine): TransitionRpc => rpc(engine, "activate");
export const suspendZoneRpc = (engine: Engine): TransitionRpc => rpc(engine, "suspend");
export const closeZoneRpc = (engine: Engine): TransitionRpc => rpc(engine, "close");

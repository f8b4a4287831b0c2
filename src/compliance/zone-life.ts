import type { Zone, ZoneState } from "../store/records.js";

export const zoneActs = ["register", "activate", "suspend", "close"] as const;
export type ZoneAct = (typeof zoneActs)[number];

/** From which states each act leads, and to which. A state that is not named refuses the act. */
export const zoneLife: Readonly<
  Record<ZoneAct, { readonly from: readonly ZoneState[]; readonly to: ZoneState }>
> = {
  register: { from: ["DRAFT"], to: "REGISTERED" },
  activate: { from: ["REGISTERED", "SUSPENDED"], to: "ACTIVE" },
  suspend: { from: ["ACTIVE"], to: "SUSPENDED" },
  close: { from: ["DRAFT", "REGISTERED", "ACTIVE", "SUSPENDED"], to: "CLOSED" },
};

export type Transition =
  | { readonly ok: true; readonly zone: Zone }
  | {
      readonly ok: false;
      readonly reason: "STATE_TRANSITION_INVALID";
      /** Says what the state is and what may be done in it. */
      readonly message: string;
    };

/** The zone after the act, or why the act is not possible in its state. */
export function transition(zone: Zone, act: ZoneAct, nowMs: number): Transition {
  const { from, to } = zoneLife[act];
  if (from.includes(zone.state)) {
    return { ok: true, zone: { ...zone, state: to, updatedAtMs: nowMs } };
  }
  const possible = zoneActs.filter((other) => zoneLife[other].from.includes(zone.state));
  const advice = possible.length === 0 ? "Nothing can." : `What can: ${possible.join(", ")}.`;
  return {
    ok: false,
    reason: "STATE_TRANSITION_INVALID",
    message: `Zone "${zone.zoneId}" is ${zone.state}, in which it cannot ${act}. ${advice}`,
  };
}

/** Why the zone is not to be changed (STATE_TRANSITION_INVALID), as a sentence; null when it may. */
export function changeProblem(zone: Zone): string | null {
  return zone.state === "CLOSED"
    ? `Zone "${zone.zoneId}" is CLOSED for ever, and is not changed. Make a new one.`
    : null;
}

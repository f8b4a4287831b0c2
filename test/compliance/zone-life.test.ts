import { expect, it } from "vitest";
import {
  changeProblem,
  transition,
  type ZoneAct,
  zoneActs,
} from "../../src/compliance/zone-life.js";
import type { ZoneState } from "../../src/store/records.js";
import { NOW, plaza } from "./world.js";

const states = ["DRAFT", "REGISTERED", "ACTIVE", "SUSPENDED", "CLOSED"] as const;

/** Every step there is; any other is refused. */
const steps: Readonly<Record<ZoneState, Partial<Record<ZoneAct, ZoneState>>>> = {
  DRAFT: { register: "REGISTERED", close: "CLOSED" },
  REGISTERED: { activate: "ACTIVE", close: "CLOSED" },
  ACTIVE: { suspend: "SUSPENDED", close: "CLOSED" },
  SUSPENDED: { activate: "ACTIVE", close: "CLOSED" },
  CLOSED: {},
};

const cases = states.flatMap((state) =>
  zoneActs.map((act) => ({ state, act, next: steps[state][act] ?? null })),
);

it.each(cases)("$act of a $state zone leads to $next", ({ state, act, next }) => {
  const zone = { ...plaza, state };
  const result = transition(zone, act, NOW);
  if (next !== null) {
    expect(result).toEqual({ ok: true, zone: { ...zone, state: next, updatedAtMs: NOW } });
    return;
  }
  if (result.ok) throw new Error("accepted");
  expect(result.reason).toBe("STATE_TRANSITION_INVALID");
  expect(result.message).toContain(`is ${state}`);
});

it("a refused step says what is possible instead", () => {
  const result = transition({ ...plaza, state: "SUSPENDED" }, "register", NOW);
  expect(result).toMatchObject({
    message: 'Zone "plaza" is SUSPENDED, in which it cannot register. What can: activate, close.',
  });
});

it("only a closed zone is not to be changed", () => {
  for (const state of states) {
    const problem = changeProblem({ ...plaza, state });
    if (state === "CLOSED") expect(problem).toMatch(/CLOSED for ever/);
    else expect(problem).toBeNull();
  }
});

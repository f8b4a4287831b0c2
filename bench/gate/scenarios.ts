import { decideIdentify } from "../../src/compliance/gate.js";
import type { IdentifyQuery } from "../../src/compliance/rules/rule.js";
import { BenchError } from "../errors.js";
import { NOW_MS } from "./records.js";
import type { World } from "./world.js";

/** One kind of call that is timed. */
export interface Scenario {
  readonly name: string;
  /** Targets, microseconds. */
  readonly targets: { readonly p50?: number; readonly p99?: number };
  /** Before each round, not timed: what has been going on in a running server. */
  readonly warmUp?: () => void;
  /** Before each call, not timed. */
  readonly prepare?: (index: number) => void;
  readonly call: (index: number) => void;
}

const decision = { p50: 5, p99: 20 } as const;

/** @throws BenchError when a decision is not what the world was made for */
export function scenariosOf(world: World): readonly Scenario[] {
  const { facts, finder, points } = world;
  const decide = (queries: readonly IdentifyQuery[], index: number) =>
    decideIdentify(facts, queries[index % queries.length] as IdentifyQuery, NOW_MS);
  const askAll = () => check(world);
  askAll();
  return [
    {
      name: "fixed camera, permitted",
      targets: decision,
      warmUp: askAll,
      call: (index) => void decide(world.fixed, index),
    },
    {
      name: "mobile camera, permitted",
      targets: decision,
      call: (index) => void decide(world.mobile, index),
    },
    {
      name: "refused (gallery)",
      targets: decision,
      call: (index) => void decide(world.refused, index),
    },
    {
      name: "fixed, first after a change",
      targets: {},
      prepare: (index) => {
        const query = world.fixed[index % world.fixed.length] as IdentifyQuery;
        facts.putSign(world.signOf(query));
      },
      call: (index) => void decide(world.fixed, index),
    },
    {
      name: "zones of a point",
      targets: { p99: 50 },
      call: (index) =>
        void finder.zonesAt(points[index % points.length] as (typeof points)[number]),
    },
  ];
}

/** Asks every query once: every camera has been there since the last change. */
function check({ facts, fixed, mobile, refused }: World): void {
  for (const query of [...fixed, ...mobile]) {
    const decided = decideIdentify(facts, query, NOW_MS);
    if (decided.permitted) continue;
    const reasons = decided.refusal.violations.map(({ reason }) => reason).join(", ");
    throw new BenchError(`the gate refuses what was made lawful: ${reasons} (${query.cameraId})`);
  }
  for (const query of refused) {
    const decided = decideIdentify(facts, query, NOW_MS);
    if (decided.permitted) throw new BenchError(`the gate permits ${query.cameraId} unlawfully`);
  }
}

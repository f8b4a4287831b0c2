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
  /** Makes what one call is given, not timed; may change facts too. */
  readonly input: (index: number) => unknown;
  readonly call: (input: unknown) => void;
}

/** Keeps the type of what is given to itself. */
function scenario<Input>(
  parts: Omit<Scenario, "input" | "call"> & {
    readonly input: (index: number) => Input;
    readonly call: (input: Input) => void;
  },
): Scenario {
  return { ...parts, call: (input) => parts.call(input as Input) };
}

const decision = { p50: 5, p99: 20 } as const;

/** @throws BenchError when a decision is not what the world was made for */
export function scenariosOf(world: World): readonly Scenario[] {
  const { facts, finder, points, signOf } = world;
  const warmUp = () => check(world);
  const call = (query: IdentifyQuery) => void decideIdentify(facts, query, NOW_MS);
  warmUp();
  return [
    scenario({
      name: "fixed camera, permitted",
      targets: decision,
      warmUp,
      input: (index) => received(at(world.fixed, index)),
      call,
    }),
    scenario({
      name: "mobile camera, permitted",
      targets: decision,
      warmUp,
      input: (index) => received(at(world.mobile, index)),
      call,
    }),
    scenario({
      name: "refused (gallery)",
      targets: decision,
      warmUp,
      input: (index) => received(at(world.refused, index)),
      call,
    }),
    scenario({
      name: "fixed, first after a change",
      targets: {},
      input: (index) => {
        const query = at(world.fixed, index);
        facts.putSign(signOf(query));
        return received(query);
      },
      call,
    }),
    scenario({
      name: "zones of a point",
      targets: { p99: 50 },
      input: (index) => ({ ...at(points, index) }),
      call: (point) => void finder.zonesAt(point),
    }),
  ];
}

function at<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

/** A query as it comes from the decoder: new strings, whose hashes nobody knows. */
function received(query: IdentifyQuery): IdentifyQuery {
  const { zoneId, cameraId, galleryId, purpose, cameraFix, peerAddress } = query;
  return {
    zoneId: decoded(zoneId),
    cameraId: decoded(cameraId),
    galleryId: decoded(galleryId),
    purpose,
    cameraFix: cameraFix === null ? null : { ...cameraFix },
    peerAddress: decoded(peerAddress),
  };
}

function decoded(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
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

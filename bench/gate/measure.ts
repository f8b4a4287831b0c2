import type { Progress } from "../progress.js";
import { bytesPerCall } from "./allocation.js";
import type { GateOptions } from "./options.js";
import { type Distribution, distributionOf, medianDistribution } from "./quantiles.js";
import type { Scenario } from "./scenarios.js";

export interface ScenarioResult extends Distribution {
  readonly name: string;
  readonly targets: Scenario["targets"];
  /** Each round's own quantiles, in order. */
  readonly rounds: readonly Distribution["quantiles"][];
  /** Heap bytes that one call allocates. */
  readonly bytesPerCall: number;
}

/**
 * Times every scenario in turn, round after round, so that whatever else the machine does meets
 * all alike. The first round only warms up.
 */
export function measureScenarios(
  scenarios: readonly Scenario[],
  { rounds, calls }: Pick<GateOptions, "rounds" | "calls">,
  progress: Progress,
  signal: AbortSignal,
): readonly ScenarioResult[] {
  const samples = new Float64Array(calls);
  const measured = scenarios.map((): Distribution[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, scenario] of scenarios.entries()) {
      signal.throwIfAborted();
      time(scenario, samples, round * calls);
      if (round > 0) measured[at]?.push(distributionOf(samples));
      progress.add();
    }
  }
  return scenarios.map(({ name, targets, warmUp, input, call }, at) => {
    warmUp?.();
    const own = measured[at] ?? [];
    return {
      name,
      targets,
      ...medianDistribution(own),
      rounds: own.map(({ quantiles }) => quantiles),
      bytesPerCall: bytesPerCall(input, call),
    };
  });
}

function time({ warmUp, input, call }: Scenario, samples: Float64Array, first: number): void {
  warmUp?.();
  for (let at = 0; at < samples.length; at++) {
    const given = input(first + at);
    const startMs = performance.now();
    call(given);
    samples[at] = performance.now() - startMs;
  }
}

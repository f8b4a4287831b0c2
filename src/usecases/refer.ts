import type { Engine } from "./engine.js";
import type { IdentifiedCandidate } from "./identify.js";
import { openPersonDetails } from "./person-details.js";

/**
 * Adds the caller's own reference to candidates. A person who was erased meanwhile, or whose
 * retention deadline has passed (Art. 8), drops out.
 */
export async function refer(
  engine: Pick<Engine, "store" | "vault" | "clock">,
  candidates: readonly { readonly personId: string; readonly score: number }[],
): Promise<readonly IdentifiedCandidate[]> {
  const referred: IdentifiedCandidate[] = [];
  for (const { personId, score } of candidates) {
    const person = await engine.store.getPerson(personId);
    if (person === null || person.retentionDeadlineMs <= engine.clock.nowMs()) continue;
    const { externalReference } = openPersonDetails(engine.vault, person);
    referred.push({ personId, score, externalReference });
  }
  return referred;
}

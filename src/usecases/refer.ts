import type { Candidate } from "../index/port.js";
import type { Engine } from "./engine.js";
import type { IdentifiedCandidate } from "./identify.js";
import { openPersonDetails } from "./person-details.js";
import { headOf, isDue } from "./roster/who.js";

/**
 * Adds the caller's own reference to candidates. Whoever was erased meanwhile, or is past the
 * retention deadline (Art. 8), drops out: each template counts by the enrolment that it is of.
 */
export async function refer(
  engine: Pick<Engine, "owners" | "vault" | "clock">,
  candidates: readonly Candidate[],
): Promise<readonly IdentifiedCandidate[]> {
  if (candidates.length === 0) return [];
  const ids = candidates.map(({ templateId }) => templateId);
  const owners = await engine.owners.of(ids);
  const nowMs = engine.clock.nowMs();
  const referred = new Map<string, IdentifiedCandidate>();
  for (const { templateId, score } of candidates) {
    const row = owners.get(templateId);
    if (row === undefined || isDue(row, nowMs)) continue;
    const personId = headOf(row);
    if (referred.has(personId)) continue;
    const { externalReference } = openPersonDetails(engine.vault, row);
    referred.set(personId, { personId, score, externalReference });
  }
  return [...referred.values()];
}

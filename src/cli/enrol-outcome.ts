import { CordonClientError } from "../transport/client/error.js";
import type { EnrolResult, PersonFiles, Stopped } from "./enrol-batch.js";
import type { nearIds } from "./near-ids.js";

/** How a run ended. */
export interface EnrolOutcome {
  readonly results: readonly EnrolResult[];
  /** Those of whom nothing is known, because the run was stopped. */
  readonly pending: readonly PersonFiles[];
  readonly stopped: Stopped | null;
}

export type Enrolled = Extract<EnrolResult, { enrolled: true }>;
export type Refused = Extract<EnrolResult, { enrolled: false }>;

/** The same, with the ids that were likely meant in the messages of what was refused. */
export async function withNearIds(
  outcome: EnrolOutcome,
  hinted: ReturnType<typeof nearIds>,
): Promise<EnrolOutcome> {
  const results = outcome.results.map(async (result): Promise<EnrolResult> => {
    return result.enrolled ? result : { ...result, error: await hinted(result.error) };
  });
  const { stopped } = outcome;
  const thrown = stopped?.thrown;
  const told = thrown instanceof CordonClientError ? { thrown: await hinted(thrown) } : stopped;
  return { ...outcome, results: await Promise.all(results), stopped: told };
}

/** What a person is called where people read it. */
export function nameOf(person: PersonFiles): string {
  return person.displayName || person.folder || person.files[0] || "";
}

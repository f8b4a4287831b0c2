import type { EnrolResult, PersonFiles, Stopped } from "./enrol-batch.js";

/** How a run ended. */
export interface EnrolOutcome {
  readonly results: readonly EnrolResult[];
  /** Those of whom nothing is known, because the run was stopped. */
  readonly pending: readonly PersonFiles[];
  readonly stopped: Stopped | null;
}

export type Enrolled = Extract<EnrolResult, { enrolled: true }>;
export type Refused = Extract<EnrolResult, { enrolled: false }>;

/** What a person is called where people read it. */
export function nameOf(person: PersonFiles): string {
  return person.displayName || person.folder || person.files[0] || "";
}

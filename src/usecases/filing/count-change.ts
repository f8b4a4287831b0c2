import type { Engine } from "../engine.js";

/**
 * Counts what the store has just taken or given up. For use inside the roster's lane.
 *
 * @param persons how many more, or fewer, there are
 * @param atMs when it happened
 * @returns null, unless the threshold of the filing is reached with it: then what resolves when
 *   that is on record, which the answer waits for
 */
export function countChange(
  { filing, marker }: Pick<Engine, "filing" | "marker">,
  persons: number,
  templates: number,
  atMs: number,
): Promise<void> | null {
  filing.count.change(persons, templates);
  const crossed = filing.crossing.check(filing.count.persons, atMs);
  if (crossed !== null) marker.note(crossed);
  return crossed;
}

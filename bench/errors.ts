/** The command cannot be run as it was written: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The bench cannot go on for a reason that a person can mend: exit code 1, without a stack. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}

export function errorText(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

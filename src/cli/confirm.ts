import { createInterface } from "node:readline/promises";
import { UsageError } from "./failure.js";
import type { Session } from "./session.js";

/**
 * Asks before something that cannot be undone.
 *
 * @param what that it cannot be undone, as a sentence
 * @throws UsageError when there is nobody to ask; Error when the answer is no
 */
export async function confirm(
  session: Session,
  { what, question, no }: { readonly what: string; readonly question: string; readonly no: string },
): Promise<void> {
  if (process.stdin.isTTY !== true || session.stderr.isTTY !== true) {
    throw new UsageError(`${what} Confirm it with --yes.`);
  }
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await questions.question(`${question} [y/N] `, { signal: session.signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new Error(no);
  } finally {
    questions.close();
  }
}

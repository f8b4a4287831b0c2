import type { CordonClient } from "../transport/client/client.js";
import { toClientError } from "../transport/client/error.js";
import type { EnrolJournal } from "./enrol-journal.js";

/**
 * A journal says nothing about another server, nor about one that was restored from before it:
 * whoever it has as done must be there, or on record as erased. The first and the newest are asked
 * for.
 *
 * @throws Error when one of them never was there
 */
export async function requireSameServer(
  client: CordonClient,
  path: string,
  done: EnrolJournal["done"],
): Promise<void> {
  const all = [...done.values()].map(({ personId }) => personId);
  for (const personId of new Set([...all.slice(0, 1), ...all.slice(-1)])) {
    if (await isKnown(client, personId)) continue;
    throw new Error(
      `${path}: the server at hand never had the person ${personId}, whom it would have ` +
        "enrolled. It is another server, or an older state of it was restored.\n" +
        "  Go on with the right one, or send everybody again with --restart: whoever is enrolled " +
        "already is not enrolled twice.",
    );
  }
}

async function isKnown(client: CordonClient, personId: string): Promise<boolean> {
  const lookups = [
    () => client.enrolment.getPerson({ personId }),
    () => client.enrolment.getErasureReceipt({ personId }),
  ];
  for (const look of lookups) {
    try {
      await look();
      return true;
    } catch (thrown) {
      const { status } = toClientError(thrown);
      if (status === "NOT_FOUND") continue;
      // Who may not look cannot tell, and goes on.
      if (status === "PERMISSION_DENIED") return true;
      throw thrown;
    }
  }
  return false;
}

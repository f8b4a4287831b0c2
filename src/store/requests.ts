import { createHash } from "node:crypto";
import type { Tables } from "./database.js";
import { anyOf, requireListSize } from "./lists.js";
import type { Store } from "./store.js";

/**
 * What stands for a request key in the list of used ones: nothing of an erased row is left in the
 * database, not even its request key.
 *
 * @returns 64 characters, lower-case hex
 */
export function requestDigest(requestKey: Uint8Array): string {
  return createHash("sha256").update("cordon/request\u0000").update(requestKey).digest("hex");
}

/** Request keys, live and erased. */
export function requestTable({ db }: Tables): Pick<Store, "findRequests"> {
  return {
    async findRequests(requestKeys) {
      requireListSize("request keys", requestKeys);
      const keys = new Map(
        requestKeys.map((key) => [requestDigest(key), Buffer.from(key).toString("hex")]),
      );
      const rows = await db
        .selectFrom("requests")
        .selectAll()
        .where("digest", "in", anyOf([...keys.keys()]))
        .execute();
      return new Map(
        rows.map(({ digest, person_id, erased }) => [
          keys.get(digest) ?? "",
          { personId: person_id, erased: erased === 1 },
        ]),
      );
    },
  };
}

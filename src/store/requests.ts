import { sha256 } from "../base/sha256.js";
import type { Tables } from "./database.js";
import { anyBytesOf, requireListSize } from "./lists.js";
import type { Store } from "./store.js";

const digestPrefix = Buffer.from("cordon/request\u0000", "utf8");

/**
 * What stands for a request key in the list of used ones: nothing of an erased row is left in the
 * database, not even its request key.
 *
 * @returns 32 bytes
 */
export function requestDigest(requestKey: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([digestPrefix, requestKey]));
}

/** Request keys, live and erased. */
export function requestTable({ db }: Tables): Pick<Store, "findRequests"> {
  return {
    async findRequests(requestKeys) {
      requireListSize("request keys", requestKeys);
      const digests = requestKeys.map(requestDigest);
      const keys = new Map(
        digests.map((digest, at) => [hexOf(digest), hexOf(requestKeys[at] ?? digest)]),
      );
      const rows = await db
        .selectFrom("requests")
        .selectAll()
        .where("digest", "in", anyBytesOf(digests))
        .execute();
      return new Map(
        rows.map(({ digest, person_id, erased }) => [
          keys.get(hexOf(digest)) ?? "",
          { personId: person_id, erased: erased === 1 },
        ]),
      );
    },
  };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

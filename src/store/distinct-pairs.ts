import type { Insertable } from "kysely";
import type { Database, Tables } from "./database.js";
import type { DistinctPair } from "./decision-records.js";
import { anyOf, requireListSize } from "./lists.js";
import type { Store } from "./store.js";

type Row = Database["distinct_pairs"];

/** Decisions that two who look alike are two. They are made with an insertion. */
export function distinctPairTable({ db }: Tables): Pick<Store, "listDistinct"> {
  return {
    async listDistinct(personIds) {
      requireListSize("person ids", personIds);
      const ids = anyOf(personIds);
      const rows = await db
        .selectFrom("distinct_pairs")
        .selectAll()
        .where((or) => or.or([or("lesser_id", "in", ids), or("greater_id", "in", ids)]))
        .execute();
      return rows.map(readPair);
    },
  };
}

export function pairRow(pair: DistinctPair): Insertable<Row> {
  const [lesser, greater] = pair.personIds;
  return {
    lesser_id: lesser,
    greater_id: greater,
    reason: pair.reason,
    decided_by: pair.decidedBy,
    decided_at_ms: pair.decidedAtMs,
  };
}

function readPair(row: Row): DistinctPair {
  return {
    personIds: [row.lesser_id, row.greater_id],
    reason: row.reason,
    decidedBy: row.decided_by,
    decidedAtMs: row.decided_at_ms,
  };
}

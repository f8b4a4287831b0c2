import type { Kysely } from "kysely";
import { notFound } from "../base/errors.js";
import type { Database } from "./database.js";

/**
 * Checks, inside a write, that a record points at one that exists. The foreign keys hold the same
 * in the database; this names the one that is missing.
 *
 * @throws CordonError NOT_FOUND
 */
export async function requireRow(
  db: Kysely<Database>,
  kind: "zone" | "gallery",
  id: string,
): Promise<void> {
  const row =
    kind === "zone"
      ? await db.selectFrom("zones").select("zone_id").where("zone_id", "=", id).executeTakeFirst()
      : await db
          .selectFrom("galleries")
          .select("gallery_id")
          .where("gallery_id", "=", id)
          .executeTakeFirst();
  if (row === undefined) throw notFound(kind, id);
}

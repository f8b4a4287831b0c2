import { checked } from "./body.js";
import type { Tables } from "./database.js";
import { requireLimit, requireListSize } from "./lists.js";
import { plainBytes } from "./person-rows.js";
import { wrappedKeySchema } from "./person-schemas.js";
import type { Store } from "./store.js";

type KeyStore = Pick<Store, "listKeysBelow" | "replaceKeys" | "countByKeyVersion">;

/** The rows' wrapped keys, by the version of the key that wrapped them. */
export function keyVersionTable({ db, writer, statements }: Tables): KeyStore {
  const replace = db
    .updateTable("persons")
    .set({ wrapped_key: new Uint8Array(), key_version: 0 })
    .where("person_id", "=", "")
    .compile().sql;
  return {
    async listKeysBelow(keyVersion, limit) {
      requireLimit(limit);
      const rows = await db
        .selectFrom("persons")
        .select(["person_id", "wrapped_key"])
        .where("key_version", "<", keyVersion)
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        personId: row.person_id,
        wrappedKey: plainBytes(row.wrapped_key),
      }));
    },

    async replaceKeys(keys) {
      requireListSize("keys", keys);
      const whole = keys.map((key) => checked("wrapped key", wrappedKeySchema, key));
      return writer.run(
        async () => {
          const statement = statements.prepare(replace);
          let replaced = 0;
          for (const { personId, wrappedKey, keyVersion } of whole) {
            replaced += Number(statement.run([wrappedKey, keyVersion, personId]).changes);
          }
          return replaced;
        },
        { weight: whole.length },
      );
    },

    async countByKeyVersion() {
      const rows = await db
        .selectFrom("persons")
        .select(["key_version", (select) => select.fn.countAll().as("count")])
        .groupBy("key_version")
        .orderBy("key_version")
        .execute();
      return new Map(rows.map((row) => [row.key_version, Number(row.count)]));
    },
  };
}

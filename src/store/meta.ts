import { fromBody, toBody } from "./body.js";
import type { Tables } from "./database.js";
import { markSchema } from "./person-schemas.js";
import { id } from "./schemas.js";
import type { Store } from "./store.js";

/** What is known of the database as a whole. */
export function metaTable({
  db,
  writer,
}: Tables): Pick<Store, "getInstanceId" | "getMark" | "putMark"> {
  const read = async (key: string) => {
    const row = await db
      .selectFrom("meta")
      .select("value")
      .where("key", "=", key)
      .executeTakeFirst();
    return row?.value;
  };
  return {
    async getInstanceId() {
      const value = await read("instance");
      return fromBody("instance id", id, JSON.stringify(value ?? null), () => true);
    },

    async getMark() {
      const value = await read("mark");
      return value === undefined ? null : fromBody("mark", markSchema, value, () => true);
    },

    async putMark(mark) {
      const value = toBody("mark", markSchema, mark);
      await writer.run((one) =>
        one
          .insertInto("meta")
          .values({ key: "mark", value })
          .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
          .execute(),
      );
    },
  };
}

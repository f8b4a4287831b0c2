import { fromBody, toBody } from "./body.js";
import type { Tables } from "./database.js";
import { operatorSchema } from "./schemas.js";
import type { Store } from "./store.js";

/** The one operator of this deployment. */
export function operatorTable({ db, writer }: Tables): Pick<Store, "getOperator" | "setOperator"> {
  return {
    async getOperator() {
      const row = await db.selectFrom("operator").select("body").executeTakeFirst();
      return row === undefined ? null : fromBody("operator", operatorSchema, row.body, () => true);
    },

    async setOperator(operator) {
      const body = toBody("operator", operatorSchema, operator);
      await writer.run((one) =>
        one
          .insertInto("operator")
          .values({ id: 1, body })
          .onConflict((conflict) => conflict.column("id").doUpdateSet({ body }))
          .execute(),
      );
    },
  };
}

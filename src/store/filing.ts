import { sql } from "kysely";
import { checked, fromBody, toBody } from "./body.js";
import type { Tables } from "./database.js";
import {
  calendarSchema,
  dayCountSchema,
  filingEventSchema,
  handlingRulesSchema,
} from "./filing-schemas.js";
import { requireLimit } from "./lists.js";
import type { Store } from "./store.js";

type EventStore = Pick<Store, "appendFilingEvent" | "listFilingEvents">;
type PlanStore = Pick<
  Store,
  "putCalendar" | "listCalendars" | "setHandlingRules" | "getHandlingRules"
>;
type CountStore = Pick<Store, "putDayCount" | "listDayCounts" | "countTemplatesStored">;

/** What is kept of the filing (the Measures, Art. 15). */
export function filingTable(tables: Tables): EventStore & PlanStore & CountStore {
  return { ...eventTable(tables), ...planTables(tables), ...countTables(tables) };
}

function eventTable({ db, writer }: Tables): EventStore {
  return {
    async appendFilingEvent(event) {
      const body = toBody("filing event", filingEventSchema, event);
      const { kind } = event;
      const kept = await writer.run((one) =>
        one
          .insertInto("filing_events")
          .values({ kind, body })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst(),
      );
      return kept.numInsertedOrUpdatedRows === 1n;
    },

    async listFilingEvents() {
      const rows = await db.selectFrom("filing_events").selectAll().orderBy("seq").execute();
      return rows.map((row) =>
        fromBody("filing event", filingEventSchema, row.body, ({ kind }) => kind === row.kind),
      );
    },
  };
}

function planTables({ db, writer }: Tables): PlanStore {
  return {
    async putCalendar(calendar) {
      const body = toBody("working-day calendar", calendarSchema, calendar);
      const { year } = calendar;
      await writer.run((one) =>
        one
          .insertInto("work_calendars")
          .values({ year, body })
          .onConflict((conflict) => conflict.column("year").doUpdateSet({ body }))
          .execute(),
      );
    },

    async listCalendars() {
      const rows = await db.selectFrom("work_calendars").selectAll().orderBy("year").execute();
      return rows.map((row) =>
        fromBody("working-day calendar", calendarSchema, row.body, (it) => it.year === row.year),
      );
    },

    async setHandlingRules(rules) {
      const body = toBody("set of handling rules", handlingRulesSchema, rules);
      await writer.run((one) =>
        one
          .insertInto("handling_rules")
          .values({ id: 1, body })
          .onConflict((conflict) => conflict.column("id").doUpdateSet({ body }))
          .execute(),
      );
    },

    async getHandlingRules() {
      const row = await db.selectFrom("handling_rules").select("body").executeTakeFirst();
      if (row === undefined) return null;
      return fromBody("set of handling rules", handlingRulesSchema, row.body, () => true);
    },
  };
}

function countTables({ db, writer }: Tables): CountStore {
  return {
    async putDayCount(count) {
      const { day, persons } = checked("count of a day", dayCountSchema, count);
      await writer.run((one) =>
        one
          .insertInto("day_counts")
          .values({ day, persons })
          .onConflict((conflict) => conflict.column("day").doUpdateSet({ persons }))
          .execute(),
      );
    },

    async listDayCounts(limit) {
      requireLimit(limit);
      const newest = await db
        .selectFrom("day_counts")
        .selectAll()
        .orderBy("day", "desc")
        .limit(limit)
        .execute();
      return newest.reverse().map(({ day, persons }) => ({ day, persons }));
    },

    /** Counted in the smallest index of the table, that of the rows' numbers. */
    async countTemplatesStored() {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*) AS count FROM templates
      `.execute(db);
      return rows[0]?.count ?? 0;
    },
  };
}

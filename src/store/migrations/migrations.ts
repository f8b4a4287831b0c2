import type { Kysely } from "kysely";
import * as initial from "./0001-initial.js";
import * as complianceRecords from "./0002-compliance-records.js";
import * as persons from "./0003-persons.js";
import * as filing from "./0004-filing.js";
import * as pendingRecords from "./0005-pending-records.js";
import * as indexPosition from "./0006-index-position.js";

/** One step forward of the schema. A released one is never changed again. */
export interface Migration {
  readonly name: string;
  up<DB>(db: Kysely<DB>): Promise<void>;
}

/** In order; the schema's version is how many of them have run. */
export const migrations: readonly Migration[] = [
  { name: "0001-initial", up: initial.up },
  { name: "0002-compliance-records", up: complianceRecords.up },
  { name: "0003-persons", up: persons.up },
  { name: "0004-filing", up: filing.up },
  { name: "0005-pending-records", up: pendingRecords.up },
  { name: "0006-index-position", up: indexPosition.up },
];

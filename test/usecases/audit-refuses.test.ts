import { afterEach, beforeEach, expect, test } from "vitest";
import { AuditError } from "../../src/audit/audit-error.js";
import { type IndexedEngine, makeIndexedEngine } from "./indexed-engine.js";

let it: IndexedEngine;
let isFull: boolean;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeEach(async () => {
  isFull = false;
  unhandled.length = 0;
  process.on("unhandledRejection", note);
  it = await makeIndexedEngine(({ audit }) => ({
    audit: {
      ...audit,
      async append(event) {
        if (isFull) throw new AuditError("WRITE_FAILED", "no space is left on the disk");
        return audit.append(event);
      },
    },
  }));
});
afterEach(async () => {
  process.off("unhandledRejection", note);
  await it.close();
});

test("a likely duplicate beside another enrolment is refused, and nothing else comes of it", async () => {
  await it.enrol(1);
  isFull = true;
  const results = await Promise.allSettled([it.enrol(1), it.enrol(2), it.enrol(1), it.enrol(3)]);
  expect(results.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  // One would end the server.
  expect(unhandled).toEqual([]);
});

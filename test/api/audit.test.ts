import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CHARACTERS_PER_MESSAGE, RECORDS_PER_MESSAGE } from "../../src/api/audit/export-records.js";
import { toFilter } from "../../src/api/audit/filter.js";
import { verifyAuditRpc } from "../../src/api/audit/verify-audit.js";
import type { AuditFilter__Output } from "../../src/api/generated/cordon/v1/AuditFilter.js";
import { administrator } from "../usecases/engine.js";
import { makeWorld, type World } from "../usecases/world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

async function record(count: number, act: string, text = ""): Promise<void> {
  const actor = { name: "x", role: "operator", address: "" };
  for (let left = count; left > 0; left--) {
    await world.engine.audit.append({ act, actor, details: { text } });
  }
}

const context = { caller: administrator, signal: new AbortController().signal };

describe("an audit filter", () => {
  const nothing: AuditFilter__Output = {
    ...{ fromTime: null, untilTime: null, zoneId: "", cameraId: "", personId: "" },
    ...{ actor: "", act: "", reason: "" },
  };

  it("asks for nothing that is empty", () => {
    expect(toFilter(null)).toEqual({});
    expect(toFilter(nothing)).toEqual({});
  });

  it("asks for all that is given", () => {
    const fromTime = { seconds: 1, nanos: 500_000_000 };
    const given = { ...nothing, fromTime, zoneId: "z", personId: "p", act: "zone.", reason: "R" };
    expect(toFilter(given)).toEqual({
      ...{ fromMs: 1500, zoneId: "z", personIds: ["p"], act: "zone.", reason: "R" },
    });
  });

  it("is refused with a time that is none, or a word that nobody could mean", () => {
    const fromTime = { seconds: 1e15, nanos: 0 };
    expect(() => toFilter({ ...nothing, fromTime })).toThrow(/filter\.from_time/);
    expect(() => toFilter({ ...nothing, actor: "x".repeat(129) })).toThrow(/filter\.actor/);
  });
});

describe("QueryRecords", () => {
  it("gives every record once over its pages", async () => {
    await record(25, "page");
    const { audit } = world.client;
    const seen: number[] = [];
    let pageToken = "";
    do {
      const page = await audit.queryRecords({ filter: { act: "page" }, pageSize: 10, pageToken });
      seen.push(...page.records.map(({ seq }) => seq));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it("gives less than a page of records that are long, and all of them in the end", async () => {
    await record(12, "long", "x".repeat(900_000));
    const { audit } = world.client;
    const first = await audit.queryRecords({ filter: { act: "long" } });
    expect(first.records.length).toBeLessThan(12);
    expect(first.nextPageToken).not.toBe("");
  });

  it.each(["x", "-1", "1.5", "9".repeat(17)])("refuses the page token %s", async (pageToken) => {
    await expect(world.client.audit.queryRecords({ pageToken })).rejects.toMatchObject({
      fields: [{ field: "page_token" }],
    });
  });
});

describe("ExportRecords", () => {
  it("sends many records in one message, and few that are long", async () => {
    await record(RECORDS_PER_MESSAGE * 2 + 1, "many");
    await record(5, "long", "x".repeat(CHARACTERS_PER_MESSAGE / 2));
    const sizes = async (act: string) => {
      const batches: number[] = [];
      for await (const { records } of world.client.audit.exportRecords({ filter: { act } })) {
        batches.push(records.length);
      }
      return batches;
    };
    expect(await sizes("many")).toEqual([RECORDS_PER_MESSAGE, RECORDS_PER_MESSAGE, 1]);
    expect(await sizes("long")).toEqual([2, 2, 1]);
    expect(await sizes("nothing")).toEqual([]);
  });
});

describe("VerifyAudit", () => {
  it("names the record, the file, the line and the byte", async () => {
    const broken = { seq: 7, file: "f.jsonl", line: 3, offsetBytes: 99, fault: "it is bad" };
    const audit = { ...world.engine.audit, verify: async () => ({ ok: false as const, broken }) };
    const verify = verifyAuditRpc({ ...world.engine, audit });
    expect(await verify({}, context)).toEqual({
      intact: false,
      brokenSeq: 7,
      brokenFile: "f.jsonl",
      fault: "line 3, byte 99: it is bad",
    });
  });
});

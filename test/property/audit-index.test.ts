import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AuditEvent, AuditFilter, AuditRecord } from "../../src/audit/audit.js";
import type { AuditLog } from "../../src/audit/audit-log.js";
import { createMemoryIndex } from "../../src/audit/memory-index.js";
import { queryAuditDirectory } from "../../src/audit/query-directory.js";
import { encodeLine, readLine } from "../../src/audit/record.js";
import {
  decodeList,
  decodeSidecar,
  encodeSidecar,
  fencesOf,
} from "../../src/audit/sidecar-format.js";
import { hashTerm } from "../../src/audit/terms.js";
import { anEvent, collect, openLog, startMs } from "../audit/events.js";

let directory: string;
let log: AuditLog;
let records: readonly AuditRecord[];
const id = (kind: string) => fc.integer({ min: 0, max: 4 }).map((at) => `${kind}-${at}`);
const acts = ["identify", "enrol", "zone.activate", "zone.suspend", "erase"];
const clock = { ms: startMs, nowMs: () => clock.ms };

/** Four hundred records over files of twenty, with few values each, so that much coincides. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-audit-"));
  log = await openLog(directory, { clock, segmentSizeBytes: 6_000, checkpointRecords: 9 });
  const person = fc.record({ personId: id("p") });
  const events = fc.sample(
    fc.record<AuditEvent>({
      act: fc.constantFrom(...acts),
      actor: fc.record({ name: id("a"), role: fc.constant("r"), address: fc.constant("") }),
      details: fc.record(
        {
          zoneId: id("z"),
          cameraId: id("c"),
          personIds: fc.array(id("p"), { maxLength: 3 }),
          faces: fc.array(fc.record({ candidates: fc.array(person, { maxLength: 3 }) }), {
            maxLength: 2,
          }),
          reasons: fc.array(id("r"), { maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
    }),
    { numRuns: 400, seed: 7 },
  );
  for (const event of events) {
    clock.ms += 10;
    await log.append(event);
  }
  // From now on all indexes but the last come from files.
  await log.close();
  log = await openLog(directory, { clock });
  records = (await collect(log.query({}, 0))).map(({ record }) => record);
  expect(records.length).toBeGreaterThan(440);
});
afterAll(async () => {
  await log.close();
  await rm(directory, { recursive: true });
});

/** What a filter means, written without an index and without the engine's own words. */
function means(filter: AuditFilter, record: AuditRecord): boolean {
  const { details, timeMs, act, actor } = record;
  const text = JSON.stringify(details);
  const has = (value: string) => text.includes(`"${value}"`);
  return (
    timeMs >= (filter.fromMs ?? 0) &&
    timeMs < (filter.untilMs ?? Number.POSITIVE_INFINITY) &&
    (filter.zoneId === undefined || has(filter.zoneId)) &&
    (filter.cameraId === undefined || has(filter.cameraId)) &&
    (filter.reason === undefined || has(filter.reason)) &&
    (filter.personIds === undefined || filter.personIds.some(has)) &&
    (filter.actor === undefined || filter.actor === actor.name) &&
    (filter.act === undefined ||
      (filter.act.endsWith(".") ? act.startsWith(filter.act) : act === filter.act))
  );
}

const filters = fc.record(
  {
    fromMs: fc.integer({ min: startMs - 50, max: startMs + 4_100 }),
    untilMs: fc.integer({ min: startMs - 50, max: startMs + 4_100 }),
    zoneId: id("z"),
    cameraId: id("c"),
    personIds: fc.array(id("p"), { maxLength: 3 }),
    actor: id("a"),
    act: fc.constantFrom(...acts, "zone.", "audit.", "nothing"),
    reason: id("r"),
  },
  { requiredKeys: [] },
);

test("a query by the indexes gives what reading every record gives", async () => {
  await fc.assert(
    fc.asyncProperty(filters, fc.nat({ max: 460 }), async (filter, afterSeq) => {
      const expected = records.filter((one) => one.seq > afterSeq && means(filter, one));
      const found = await collect(log.query(filter, afterSeq));
      expect(found.map(({ record }) => record)).toEqual(expected);
      const offline = await collect(queryAuditDirectory(directory, filter, afterSeq));
      expect(offline.map(({ record }) => record)).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test("an index in a file names the same records as the one in memory that it was made of", () => {
  const terms = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 }), {
    minLength: 1,
    maxLength: 700,
  });
  fc.assert(
    fc.property(terms, fc.integer({ min: 1, max: 2 ** 40 }), (all, firstSeq) => {
      const index = createMemoryIndex(firstSeq);
      for (const [at, some] of all.entries()) {
        const personIds = some.map(String);
        index.add({ ...anEvent({ personIds }), act: "a" }, startMs + at, 500);
      }
      const file = encodeSidecar(index.content(), "ab".repeat(32));
      const header = decodeSidecar(file);
      if (header === null) throw new Error("not read back");
      expect(header).toMatchObject({ firstSeq, records: all.length, lastHash: "ab".repeat(32) });
      expect(header.segmentSizeBytes).toBe(all.length * 500);
      for (let person = 0; person <= 41; person++) {
        const expected = all.flatMap((some, at) => (some.includes(person) ? [at] : []));
        const term = hashTerm("person", String(person));
        expect(positionsOf(file, header, term)).toEqual(expected);
      }
    }),
    { numRuns: 30 },
  );
});

function positionsOf(
  file: Buffer,
  header: NonNullable<ReturnType<typeof decodeSidecar>>,
  term: number,
): readonly number[] {
  const [from, to] = fencesOf(header, term);
  for (let entry = from; entry < to; entry++) {
    const at = header.termsAt + entry * 8;
    if (file.readUInt32LE(at) !== term) continue;
    const list = file.subarray(
      header.listsAt + file.readUInt32LE(at + 4),
      header.listsAt + file.readUInt32LE(at + 12),
    );
    return [...decodeList(list)];
  }
  return [];
}

test("any changed byte of an index file is noticed", () => {
  const index = createMemoryIndex(1);
  for (let at = 0; at < 300; at++) index.add(anEvent({ personId: `p-${at}` }), startMs, 400);
  const file = encodeSidecar(index.content(), "ab".repeat(32));
  fc.assert(
    fc.property(fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, xor) => {
      expect(decodeSidecar(file.with(at, (file[at] ?? 0) ^ xor) as Buffer)).toBe(null);
    }),
  );
});

test("a record's place is read from the end of its line as JSON reads it, whatever it says", () => {
  const nasty = fc.constantFrom(
    `},"prev":"${"0".repeat(64)}","seq":9,"timeMs":1,"v":1}`,
    `"},"prev":"${"f".repeat(64)}","seq":9,"timeMs":1,"v":1}}`,
    '","seq":7,"timeMs":2,"v":1}',
    "\\",
    '\\"',
    "}}}}",
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.string(),
      nasty,
      fc.integer(),
      fc.constant(null),
      tie("object"),
    ),
    object: fc.dictionary(
      fc.oneof(fc.string(), nasty, fc.constantFrom("prev", "seq", "v")),
      tie("any"),
      { maxKeys: 4 },
    ),
  }));
  fc.assert(
    fc.property(value.object, fc.nat(), fc.nat({ max: 2 ** 40 }), (details, seq, timeMs) => {
      const chain = { seq, hash: "ab".repeat(32) };
      const event = anEvent(details as AuditEvent["details"]);
      const { line, head } = encodeLine(event, chain, timeMs);
      const parsed: unknown = JSON.parse(line.toString());
      const padded = Buffer.concat([Buffer.from("x\n"), line, Buffer.from("y")]);
      expect(readLine(padded, 2, padded.length - 2)).toEqual({ ...head, prev: chain.hash, timeMs });
      expect(parsed).toMatchObject({
        hash: head.hash,
        record: { details, prev: chain.hash, seq: seq + 1, timeMs, v: 1 },
      });
    }),
  );
});

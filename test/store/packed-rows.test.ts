import { expect, test } from "vitest";
import { packRows, packScan, unpackRows, unpackScan } from "../../src/store/packed-rows.js";
import { aNew, aPair, aPerson, aRequestKey } from "../contract/store-person-records.js";

test("rows come back as they were packed, with or without what may be absent", () => {
  const root = aNew(aPerson(["a"], { requestKey: aRequestKey() }), 3);
  const part = aNew(aPerson([], { mergedInto: root.person.personId }));
  const distinct = [aPair(part.person.personId, "x")];
  const rows = [root, { ...part, distinct }, aNew(aPerson(["a", "b"]), 64)];
  expect(unpackRows(packRows(rows))).toEqual(rows);
  expect(unpackRows(packRows([]))).toEqual([]);
});

test("bytes that are views of a larger block are packed alone", () => {
  const block = new Uint8Array(10_000).fill(7);
  const row = aNew(aPerson([], { sealedDetails: block.subarray(10, 20) }));
  const packed = packRows([row]);
  expect(packed.bytes.byteLength).toBe(73 + 10 + 670);
  expect(unpackRows(packed)).toEqual([row]);
});

test("a batch of a scan comes back in its order, each row with its own templates", () => {
  const rows = [aNew(aPerson([]), 2), aNew(aPerson([]), 1), aNew(aPerson([]), 3)];
  const batch = rows.flatMap(({ person, templates }) =>
    templates.map((template) => ({ person, template })),
  );
  expect(unpackScan(packScan(batch))).toEqual(batch);
  expect(unpackScan(packScan([]))).toEqual([]);
});

import { describe, expect, test } from "vitest";
import type { ComplianceRecords, RecordKind } from "../../src/store/gate-records.js";
import { inZoneKey, MINOR_RULES_KEY, noticeKey, recordKeys } from "../../src/store/record-key.js";
import type { Store } from "../../src/store/store.js";
import type { OpenHome } from "./store.js";
import { readAll } from "./store-person-records.js";
import {
  aNotice,
  anAlternative,
  anAssessment,
  anEgressBasis,
  anIncident,
  aZone,
  minorRules,
} from "./store-records.js";

/** Notices, impact assessments, incidents and the other records of the gate. */
export function complianceContract(home: OpenHome): void {
  describe("compliance records", () => {
    keeping(home);
    listing(home);
  });
}

/** One of each kind. */
const samples: { readonly [Kind in RecordKind]: ComplianceRecords[Kind] } = {
  notice: aNotice("plaza", 1, ["a", "b"]),
  assessment: anAssessment("first-use", ["a"]),
  incident: anIncident("leak", ["b"]),
  alternative: anAlternative("a", "by-hand"),
  egress: anEgressBasis("a", "counter-terror"),
  minorRules,
};
const kinds = Object.keys(samples) as RecordKind[];

function keyOf<Kind extends RecordKind>(kind: Kind): string {
  return recordKeys[kind].key(samples[kind]);
}

async function putAll(store: Store): Promise<void> {
  for (const zoneId of ["a", "b"]) await store.insertZone(aZone(zoneId));
  for (const kind of kinds) await store.putRecord(kind, samples[kind]);
}

function keeping(home: OpenHome): void {
  test("a record of each kind comes back as it was put, also after reopening", async () => {
    await putAll(home.store());
    const again = await home.reopen();
    for (const kind of kinds) {
      expect(await again.getRecord(kind, keyOf(kind))).toEqual(samples[kind]);
      expect(await again.getRecord(kind, "nothing")).toBeNull();
    }
  });

  test("the same key in two kinds is two records", async () => {
    const store = home.store();
    await store.insertZone(aZone("a"));
    await store.putRecord("assessment", anAssessment("same", ["a"]));
    await store.putRecord("incident", anIncident("same", []));
    expect(await store.deleteRecord("incident", "same")).toBe(true);
    expect(await store.getRecord("incident", "same")).toBeNull();
    expect(await store.getRecord("assessment", "same")).not.toBeNull();
  });

  test("putting a record again replaces it and the zones that it concerns", async () => {
    const store = home.store();
    await putAll(store);
    const moved = anAssessment("first-use", ["b"], { approver: "Li", state: "APPROVED" });
    await store.putRecord("assessment", moved);
    expect(await store.getRecord("assessment", "first-use")).toEqual(moved);
    expect((await store.listRecords("assessment", "a", firstPage)).items).toEqual([]);
    expect((await store.listRecords("assessment", "b", firstPage)).items).toEqual([moved]);
  });

  test("a deleted record is gone, from its zones too, and only that one", async () => {
    const store = home.store();
    await putAll(store);
    await store.putRecord("alternative", anAlternative("a", "other"));
    expect(await store.deleteRecord("alternative", inZoneKey("a", "by-hand"))).toBe(true);
    expect(await store.deleteRecord("alternative", inZoneKey("a", "by-hand"))).toBe(false);
    const again = await home.reopen();
    expect((await again.listRecords("alternative", "a", firstPage)).items).toEqual([
      anAlternative("a", "other"),
    ]);
    expect(await again.getRecord("minorRules", MINOR_RULES_KEY)).toEqual(minorRules);
  });

  test("a record that names a zone that does not exist is NOT_FOUND and not written", async () => {
    const store = home.store();
    await putAll(store);
    const put = store.putRecord("assessment", anAssessment("first-use", ["b", "nowhere"]));
    await expect(put).rejects.toMatchObject({
      status: "NOT_FOUND",
      message: expect.stringContaining("nowhere"),
    });
    expect(await store.getRecord("assessment", "first-use")).toEqual(samples.assessment);
    expect((await store.listRecords("assessment", "a", firstPage)).items).toHaveLength(1);
  });

  test("a record that is not whole is refused and not written", async () => {
    const store = home.store();
    await store.insertZone(aZone("a"));
    const bad = [
      store.putRecord("notice", { ...aNotice("n", 1, ["a"]), publishedAtMs: Number.NaN }),
      store.putRecord("notice", aNotice("n", 0, ["a"])),
      store.putRecord("notice", aNotice("n", 1, [])),
      store.putRecord("assessment", anAssessment("p", ["a"], { documentSha256: "AB" })),
      store.putRecord("egress", { ...anEgressBasis("a", "e"), networks: [] }),
    ];
    for (const result of await Promise.allSettled(bad)) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "RECORD_INVALID" } });
    }
    expect((await store.listRecords("notice", null, firstPage)).items).toEqual([]);
  });
}

const firstPage = { size: 100, token: "" };

function listing(home: OpenHome): void {
  test("records are listed by zone; one that names no zone concerns every zone", async () => {
    const store = home.store();
    await putAll(store);
    const everywhere = anIncident("everywhere", []);
    await store.putRecord("incident", everywhere);
    const ids = async (zoneId: string | null) =>
      (await store.listRecords("incident", zoneId, firstPage)).items.map((it) => it.incidentId);
    expect(await ids("a")).toEqual(["everywhere"]);
    expect(await ids("b")).toEqual(["everywhere", "leak"]);
    expect(await ids("nowhere")).toEqual(["everywhere"]);
    expect(await ids(null)).toEqual(["everywhere", "leak"]);
    expect((await store.listRecords("minorRules", "a", firstPage)).items).toEqual([minorRules]);
  });

  test("the versions of a notice are listed newest first, and the newest is found", async () => {
    const store = home.store();
    await store.insertZone(aZone("a"));
    for (const noticeId of ["plaza", "plaza-2", "plaz"]) {
      for (const version of [1, 2, 9, 10, 11, 100]) {
        await store.putRecord("notice", aNotice(noticeId, version, ["a"]));
      }
    }
    const all = await readAll(4, (page) => store.listRecords("notice", "a", page));
    const versions = all.filter(({ noticeId }) => noticeId === "plaza").map((it) => it.version);
    expect(versions).toEqual([100, 11, 10, 9, 2, 1]);
    expect(all).toHaveLength(18);
    expect(await store.getNewestNotice("plaza")).toMatchObject({ noticeId: "plaza", version: 100 });
    for (const absent of ["pla", "plaza-", "plaza-3", "zzz", ""]) {
      expect(await store.getNewestNotice(absent)).toBeNull();
    }
    expect(await store.getRecord("notice", noticeKey("plaza", 9))).toMatchObject({ version: 9 });
  });

  test("a page token is good for its own kind and zone only", async () => {
    const store = home.store();
    for (const zoneId of ["a", "b"]) {
      await store.insertZone(aZone(zoneId));
      for (const id of ["m1", "m2"])
        await store.putRecord("alternative", anAlternative(zoneId, id));
    }
    const { items, nextPageToken } = await store.listRecords("alternative", "a", {
      size: 1,
      token: "",
    });
    expect(items).toEqual([anAlternative("a", "m1")]);
    const page = { size: 1, token: nextPageToken };
    expect((await store.listRecords("alternative", "a", page)).items).toEqual([
      anAlternative("a", "m2"),
    ]);
    const invalid = { status: "INVALID_ARGUMENT", fields: [{ field: "page_token" }] };
    await expect(store.listRecords("alternative", "b", page)).rejects.toMatchObject(invalid);
    await expect(store.listRecords("egress", "a", page)).rejects.toMatchObject(invalid);
  });
}

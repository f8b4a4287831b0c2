import { describe, expect, test } from "vitest";
import type { PendingRecord } from "../../src/store/audit-records.js";
import type { FilingEvent, HandlingRules } from "../../src/store/filing-records.js";
import type { OpenHome } from "./store.js";
import { aMerge, aPerson, aReview, enrol, withGalleries } from "./store-person-records.js";
import { aCamera, aGallery, aNotice, anOperator, aSign, aZone } from "./store-records.js";

/** Changes that are kept together with what the audit is to say of them. */
export function changeContract(home: OpenHome): void {
  describe("changes with their records", () => {
    kept(home);
    notKept(home);
  });
}

let last = 0;
function aPending(changes: Partial<PendingRecord> = {}): PendingRecord {
  last += 1;
  return {
    changeId: `change-${last}`,
    changedAtMs: 1_750_000_000_000 + last,
    act: "thing.change",
    actor: { name: "Ann", role: "administrator", address: "127.0.0.1" },
    details: { thingId: "x", list: ["a", 1, null, { deep: true }] },
    ...changes,
  };
}

const changeIds = (records: readonly PendingRecord[]) => records.map(({ changeId }) => changeId);

const reached: FilingEvent = {
  ...{ kind: "THRESHOLD_REACHED", atMs: 1, actor: "cordon", note: "", threshold: 100_000 },
};
const rules: HandlingRules = {
  ...{ collection: "c", storage: "s", use: "u", transfer: "t", deletion: "d" },
  ...{ authorisation: "a", incidentResponse: "i", intrusionDetection: "d" },
  ...{ documentSha256: "", approver: "Li Wei", approvedAtMs: 1 },
};

function kept(home: OpenHome): void {
  test("every kind of change keeps its record, in order, until that is deleted", async () => {
    const store = home.store();
    const person = await enrol(store, aPerson([]));
    const duplicate = await enrol(store, aPerson([]));
    const merge = aMerge(person.personId, [duplicate.personId]);
    const pending: PendingRecord[] = [];
    const changing = () => {
      const one = aPending();
      pending.push(one);
      return store.changing(one);
    };
    await changing().setOperator(anOperator());
    expect(await changing().insertZone(aZone("z"))).toBe(true);
    expect(await changing().updateZone(aZone("z", { displayName: "new" }))).toBe(true);
    await changing().putSign(aSign("z", "s"));
    expect(await changing().putCamera(aCamera("c", "z"))).toBeNull();
    expect(await changing().insertGallery(aGallery("g"))).toBe(true);
    const key = { galleryId: "g", zoneId: "z", purpose: "PUBLIC_SAFETY" } as const;
    await changing().putAuthorisation({ ...key, authorisedAtMs: 1 });
    await changing().putRecord("notice", aNotice("n", 1, ["z"]));
    await changing().putReview(aReview([person.personId]));
    await changing().putMerge(merge);
    expect(await changing().undoMerge(merge.mergeId, merge.mergedAtMs + 1)).not.toBeNull();
    expect(await changing().deleteRecord("notice", "n/0000000001")).toBe(false);
    pending.pop();
    expect(await changing().deleteAuthorisation("g", "z", "PUBLIC_SAFETY")).toBe(true);
    expect(await changing().deleteGallery("g")).toBe("deleted");
    expect(await changing().deleteCamera("c")).toBe(true);
    expect(await changing().deleteSign("z", "s")).toBe(true);

    expect(await changing().appendFilingEvent(reached)).toBe(true);
    await changing().putCalendar({ year: 2027, off: [], work: [], source: "a notice" });
    await changing().setHandlingRules(rules);

    expect((await store.getZone("z"))?.displayName).toBe("new");
    expect(await store.getGallery("g")).toBeNull();
    const again = await home.reopen();
    expect(await again.listPendingRecords(100)).toEqual(pending);
    expect(await again.listPendingRecords(2)).toEqual(pending.slice(0, 2));
    await again.deletePendingRecords([...changeIds(pending.slice(1)), "none"]);
    expect(await again.listPendingRecords(100)).toEqual(pending.slice(0, 1));
  });
}

function notKept(home: OpenHome): void {
  test("a change that changes nothing keeps no record", async () => {
    const store = home.store();
    await withGalleries(store, "g");
    await enrol(store, aPerson(["g"]));
    await store.insertZone(aZone("z"));
    await store.putCamera(aCamera("one", "z", { deviceIdentity: "device" }));
    const changing = () => store.changing(aPending());
    expect(await changing().insertGallery(aGallery("g"))).toBe(false);
    expect(await changing().insertZone(aZone("z"))).toBe(false);
    expect(await changing().updateZone(aZone("absent"))).toBe(false);
    expect(await changing().deleteGallery("g")).toBe("not-empty");
    expect(await changing().deleteGallery("absent")).toBe("absent");
    expect(await changing().deleteSign("z", "absent")).toBe(false);
    expect(await changing().undoMerge("absent", 1)).toBeNull();
    await store.appendFilingEvent(reached);
    expect(await changing().appendFilingEvent(reached)).toBe(false);
    const same = aCamera("two", "z", { deviceIdentity: "device" });
    expect(await changing().putCamera(same)).toBe("one");
    expect(await store.listPendingRecords(100)).toEqual([]);
  });

  test("a change that fails keeps no record, and one whose record is unfit is not made", async () => {
    const store = home.store();
    const nowhere = store.changing(aPending()).putSign(aSign("absent", "s"));
    await expect(nowhere).rejects.toMatchObject({ status: "NOT_FOUND" });
    const unfit = aPending({ act: "" });
    const refused = { code: "RECORD_INVALID" };
    await expect(store.changing(unfit).insertGallery(aGallery("g"))).rejects.toMatchObject(refused);
    const one = aPending();
    await store.changing(one).insertGallery(aGallery("first"));
    await expect(store.changing(one).insertGallery(aGallery("second"))).rejects.toThrow();
    expect(await store.getGallery("g")).toBeNull();
    expect(await store.getGallery("second")).toBeNull();
    expect(await store.listPendingRecords(100)).toEqual([one]);
    await expect(store.listPendingRecords(0)).rejects.toThrow(/limit/);
  });
}

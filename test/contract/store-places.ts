import { describe, expect, test } from "vitest";
import type { OpenHome } from "./store.js";
import { anErasure, aPerson, enrol, readAll } from "./store-person-records.js";
import { aCamera, aGallery, aSign, aZone } from "./store-records.js";

/** Zones, signs, cameras, galleries, authorisations. */
export function placeContract(home: OpenHome): void {
  describe("zones", () => zones(home));
  describe("signs and cameras", () => signsAndCameras(home));
  describe("galleries", () => galleries(home));
  describe("paging", () => paging(home));
}

function zones(home: OpenHome): void {
  test("a zone comes back as it was put, also after reopening", async () => {
    expect(await home.store().insertZone(aZone("gate-4"))).toBe(true);
    const again = await home.reopen();
    expect(await again.getZone("gate-4")).toEqual(aZone("gate-4"));
    expect(await again.getZone("gate-5")).toBeNull();
  });

  test("a zone is inserted once and replaced only when it is there", async () => {
    const changed = aZone("gate-4", { state: "ACTIVE" });
    expect(await home.store().updateZone(changed)).toBe(false);
    expect(await home.store().insertZone(aZone("gate-4"))).toBe(true);
    expect(await home.store().insertZone(changed)).toBe(false);
    expect((await home.store().getZone("gate-4"))?.state).toBe("DRAFT");
    expect(await home.store().updateZone(changed)).toBe(true);
    expect((await home.store().getZone("gate-4"))?.state).toBe("ACTIVE");
  });

  test("a zone that is not whole is refused and not written", async () => {
    const absurd = aZone("gate-4", { validFromMs: Number.NaN });
    await expect(home.store().insertZone(absurd)).rejects.toThrow(/validFromMs/);
    const nowhere = aZone("gate-4", {
      geofence: { polygons: [[[[500, Number.POSITIVE_INFINITY]]]] },
    });
    await expect(home.store().insertZone(nowhere)).rejects.toThrow(/geofence/);
    expect(await home.store().getZone("gate-4")).toBeNull();
  });
}

function signsAndCameras(home: OpenHome): void {
  test("a sign is put, replaced, listed by zone and deleted", async () => {
    const store = home.store();
    await store.insertZone(aZone("a"));
    await store.insertZone(aZone("b"));
    await store.putSign(aSign("a", "s1"));
    await store.putSign(aSign("b", "s1"));
    await store.putSign({ ...aSign("a", "s1"), installedAtMs: 7 });
    expect(await store.getSign("a", "s1")).toEqual({ ...aSign("a", "s1"), installedAtMs: 7 });
    expect(await store.getSign("b", "s2")).toBeNull();
    const inA = await store.listSigns("a", { size: 10, token: "" });
    expect(inA.items).toEqual([{ ...aSign("a", "s1"), installedAtMs: 7 }]);
    expect((await store.listSigns(null, { size: 10, token: "" })).items).toHaveLength(2);
    expect(await store.deleteSign("a", "s1")).toBe(true);
    expect(await store.deleteSign("a", "s1")).toBe(false);
    expect((await store.listSigns(null, { size: 10, token: "" })).items).toHaveLength(1);
  });

  test("a camera is in one zone only, and a mobile one has no position", async () => {
    const store = home.store();
    await store.insertZone(aZone("a"));
    await store.insertZone(aZone("b"));
    await store.putCamera(aCamera("c", "a"));
    await store.putCamera(aCamera("c", "b", { position: null, fieldOfView: null }));
    expect(await store.getCamera("c")).toEqual(
      aCamera("c", "b", { position: null, fieldOfView: null }),
    );
    expect((await store.listCameras("a", { size: 10, token: "" })).items).toEqual([]);
    expect((await store.listCameras("b", { size: 10, token: "" })).items).toHaveLength(1);
    expect(await store.deleteCamera("c")).toBe(true);
    expect(await store.deleteCamera("c")).toBe(false);
    expect(await store.getCamera("c")).toBeNull();
  });

  test("no two cameras have one device identity, and many have none", async () => {
    const store = home.store();
    for (const id of ["a", "b"]) await store.insertZone(aZone(id));
    expect(await store.putCamera(aCamera("c1", "a", { deviceIdentity: "SN 1" }))).toBeNull();
    const twin = aCamera("c2", "b", { deviceIdentity: "SN 1" });
    expect(await store.putCamera(twin)).toBe("c1");
    expect(await store.getCamera("c2")).toBeNull();
    expect(await store.putCamera(aCamera("c1", "a", { deviceIdentity: "SN 1" }))).toBeNull();
    expect(await store.putCamera(aCamera("c1", "a", { deviceIdentity: "SN 2" }))).toBeNull();
    expect(await store.putCamera(twin)).toBeNull();
    expect(await store.putCamera(aCamera("c1", "a", { deviceIdentity: "SN 1" }))).toBe("c2");
    expect((await store.getCamera("c1"))?.deviceIdentity).toBe("SN 2");
    for (const id of ["c3", "c4"]) {
      expect(await store.putCamera(aCamera(id, "a", { deviceIdentity: "" }))).toBeNull();
    }
  });

  test("of many cameras put at once with one device identity, one is put", async () => {
    await home.store().insertZone(aZone("a"));
    const twins = Array.from({ length: 20 }, (_, at) =>
      aCamera(`c${at}`, "a", { deviceIdentity: "SN 1" }),
    );
    const outcomes = await Promise.all(twins.map((twin) => home.store().putCamera(twin)));
    expect(outcomes.filter((other) => other === null)).toHaveLength(1);
    expect((await home.store().listCameras(null, { size: 10, token: "" })).items).toHaveLength(1);
  });

  test("a sign or a camera of a zone that does not exist is NOT_FOUND", async () => {
    const error = { status: "NOT_FOUND", message: expect.stringContaining("nowhere") };
    await expect(home.store().putSign(aSign("nowhere", "s"))).rejects.toMatchObject(error);
    await expect(home.store().putCamera(aCamera("c", "nowhere"))).rejects.toMatchObject(error);
  });
}

function galleries(home: OpenHome): void {
  test("a gallery is deleted with its authorisations, but not while somebody is in it", async () => {
    const store = home.store();
    await store.insertZone(aZone("a"));
    expect(await store.insertGallery(aGallery("g"))).toBe(true);
    expect(await store.insertGallery(aGallery("g"))).toBe(false);
    await store.putAuthorisation(anAuthorisation("g", "a"));
    const person = aPerson(["g"]);
    await enrol(store, person);
    expect(await store.deleteGallery("g")).toBe("not-empty");
    expect(await store.listAuthorisations()).toHaveLength(1);
    await store.erasePersons([anErasure([person.personId])]);
    expect(await store.deleteGallery("g")).toBe("deleted");
    expect(await store.deleteGallery("g")).toBe("absent");
    expect(await store.listAuthorisations()).toEqual([]);
  });

  test("an authorisation is put once for a gallery, zone and purpose, and withdrawn", async () => {
    const store = home.store();
    await store.insertZone(aZone("a"));
    await store.insertGallery(aGallery("g"));
    await store.putAuthorisation(anAuthorisation("g", "a"));
    await store.putAuthorisation({ ...anAuthorisation("g", "a"), authorisedAtMs: 9 });
    expect(await store.listAuthorisations()).toEqual([
      { ...anAuthorisation("g", "a"), authorisedAtMs: 9 },
    ]);
    expect(await store.deleteAuthorisation("g", "a", "OTHER")).toBe(false);
    expect(await store.deleteAuthorisation("g", "a", "PUBLIC_SAFETY")).toBe(true);
    expect(await store.deleteAuthorisation("g", "a", "PUBLIC_SAFETY")).toBe(false);
  });

  test("an authorisation of what does not exist is NOT_FOUND", async () => {
    const error = { status: "NOT_FOUND" };
    await home.store().insertGallery(aGallery("g"));
    const noZone = anAuthorisation("g", "nowhere");
    const noGallery = anAuthorisation("nothing", "nowhere");
    await expect(home.store().putAuthorisation(noZone)).rejects.toMatchObject(error);
    await expect(home.store().putAuthorisation(noGallery)).rejects.toMatchObject(error);
  });
}

function anAuthorisation(galleryId: string, zoneId: string) {
  return { galleryId, zoneId, purpose: "PUBLIC_SAFETY", authorisedAtMs: 5 } as const;
}

function paging(home: OpenHome): void {
  test("paging through 1,000 cameras sees each once, with inserts in between", async () => {
    const store = home.store();
    await store.insertZone(aZone("a"));
    const name = (at: number) => `cam-${String(at).padStart(4, "0")}`;
    const before = Array.from({ length: 1_000 }, (_, at) => name(at * 2));
    await Promise.all(before.map((id) => store.putCamera(aCamera(id, "a"))));
    let at = 0;
    const seen = await readAll(137, async (page) => {
      await store.putCamera(aCamera(name(at * 200 + 1), "a"));
      at += 1;
      return store.listCameras("a", page);
    });
    const ids = seen.map((camera) => camera.cameraId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...ids].sort());
    expect(ids.filter((id) => before.includes(id))).toEqual(before);
  });

  test("a page that ends with the last row has no next page", async () => {
    for (const id of ["a", "b", "c", "d"]) await home.store().insertZone(aZone(id));
    const first = await home.store().listZones({ size: 2, token: "" });
    expect(first.items.map((zone) => zone.zoneId)).toEqual(["a", "b"]);
    const second = await home.store().listZones({ size: 2, token: first.nextPageToken });
    expect(second.items.map((zone) => zone.zoneId)).toEqual(["c", "d"]);
    expect(second.nextPageToken).toBe("");
  });

  test("signs of all zones are paged by zone and id together", async () => {
    const store = home.store();
    for (const zone of ["a", "b"]) {
      await store.insertZone(aZone(zone));
      for (const sign of ["s1", "s2", "s3"]) await store.putSign(aSign(zone, sign));
    }
    const all = await readAll(2, (page) => store.listSigns(null, page));
    const ids = all.map((sign) => `${sign.zoneId}/${sign.signId}`);
    expect(ids).toEqual(["a/s1", "a/s2", "a/s3", "b/s1", "b/s2", "b/s3"]);
  });

  test("a page size out of range is INVALID_ARGUMENT on page_size", async () => {
    for (const size of [0, -1, 1.5, 1_001, Number.NaN]) {
      await expectInvalid(home.store().listZones({ size, token: "" }), "page_size");
    }
  });

  test("a page token that was not given out here is INVALID_ARGUMENT on page_token", async () => {
    const store = home.store();
    for (const id of ["a", "b"]) await store.insertZone(aZone(id));
    await store.putCamera(aCamera("c1", "a"));
    await store.putCamera(aCamera("c2", "a"));
    const { nextPageToken } = await store.listCameras("a", { size: 1, token: "" });
    expect(nextPageToken).not.toBe("");
    const json = Buffer.from('["zones",[{"$ne":1}]]').toString("base64url");
    const bad = [nextPageToken, "x", "!!!", "a".repeat(100_000), json, `${nextPageToken}=`];
    for (const token of bad) {
      await expectInvalid(store.listZones({ size: 1, token }), "page_token");
    }
    await expectInvalid(store.listCameras("b", { size: 1, token: nextPageToken }), "page_token");
    await expectInvalid(store.listPersons(null, { size: 1, token: nextPageToken }), "page_token");
  });
}

async function expectInvalid(call: Promise<unknown>, field: string): Promise<void> {
  await expect(call).rejects.toMatchObject({
    status: "INVALID_ARGUMENT",
    fields: [expect.objectContaining({ field })],
  });
}

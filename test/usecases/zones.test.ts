import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { approveAssessment, inside, plaza, publishNotice, timestamp } from "../e2e/harness.js";
import { DAY_MS, START_MS } from "./engine.js";
import { modelPack, oneVector } from "./spies.js";
import { makeWorld, type World } from "./world.js";

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.close());

const stored = () => world.engine.store.getZone("plaza");
const update = (zone: object, ...paths: string[]) =>
  world.client.zone.updateZone({ zone: { zoneId: "plaza", ...zone }, updateMask: { paths } });

describe("updating a zone", () => {
  it("changes what the mask names, and nothing else", async () => {
    const before = await stored();
    world.clock.pass(1000);
    const { zone } = await update(
      { necessity: "Another threat.", displayName: "not named", retentionDaysMax: 30 },
      "necessity",
      "retention_days_max",
    );
    expect(zone).toMatchObject({ necessity: "Another threat.", displayName: "Plaza" });
    expect(await stored()).toEqual({
      ...before,
      necessity: "Another threat.",
      retentionDaysMax: 30,
      noticeRevision: 1,
      updatedAtMs: START_MS + 1000,
    });
  });

  it("without a mask replaces everything but the id and the state", async () => {
    const validUntil = timestamp(START_MS + DAY_MS);
    const entrances = [...plaza.entrances];
    await update({ ...plaza, entrances, displayName: "Square", validUntil });
    expect(await stored()).toMatchObject({
      displayName: "Square",
      state: "ACTIVE",
      permittedNetworks: [],
      validUntilMs: START_MS + DAY_MS,
    });
  });

  it("of a closed zone is refused and changes nothing", async () => {
    await world.client.zone.closeZone({ zoneId: "plaza" });
    const before = await stored();
    await expect(update({ necessity: "x" }, "necessity")).rejects.toMatchObject({
      status: "FAILED_PRECONDITION",
      reason: "STATE_TRANSITION_INVALID",
    });
    expect(await stored()).toEqual(before);
  });

  it("is in the audit with the fields that it named", async () => {
    await update({ necessity: "x" }, "necessity");
    expect(world.audited.at(-1)).toMatchObject({
      act: "zone.update",
      actor: { name: "test", role: "administrator" },
      details: { zoneId: "plaza", state: "ACTIVE", fields: ["necessity"] },
    });
  });

  it("is the same for an engine that is loaded anew", async () => {
    await update({ method: "Another way." }, "method");
    const reasons = await world.reasons();
    expect(reasons).toEqual(["NOTICE_OUTDATED", "PIA_OUTDATED"]);
    expect(await world.reasons({}, await world.restarted())).toEqual(reasons);
  });

  it("and back leaves its notice and assessment outdated, until both are made anew", async () => {
    const outdated = ["NOTICE_OUTDATED", "PIA_OUTDATED"];
    await update({ method: "Another way." }, "method");
    await update({ method: plaza.method }, "method");
    expect(await world.reasons()).toEqual(outdated);
    expect(await world.reasons({}, await world.restarted())).toEqual(outdated);
    await publishNotice(world.client);
    expect(await world.reasons()).toEqual(["PIA_OUTDATED"]);
    await approveAssessment(world.client, "changed-back", START_MS);
    expect(await world.reasons()).toEqual([]);
    expect(await world.reasons({}, await world.restarted())).toEqual([]);
  });
});

describe("the order of a change", () => {
  it("the gate learns of nothing that the store did not take", async () => {
    const { engine } = world;
    const broken: typeof engine.store = {
      ...engine.store,
      changing: (pending) => ({
        ...engine.store.changing(pending),
        updateZone: () => Promise.reject(new Error("the disk is gone")),
      }),
    };
    const { transitionZone } = await import("../../src/usecases/zones.js");
    const caller = { name: "t", role: "administrator", cameraId: null, address: "::1" } as const;
    const failing = transitionZone({ ...engine, store: broken }, "plaza", "suspend", caller);
    await expect(failing).rejects.toThrow("the disk is gone");
    expect(await world.reasons()).toEqual([]);
    expect(world.audited.filter(({ act }) => act === "zone.suspend")).toEqual([]);
  });

  it("many changes at once leave store and gate in step", async () => {
    const names = Array.from({ length: 30 }, (_, at) => `Necessity ${at}`);
    await Promise.all(names.map((necessity) => update({ necessity }, "necessity")));
    const restarted = await world.restarted();
    const [now, loaded] = [world.engine.facts, restarted.facts].map((facts) => facts.zone("plaza"));
    expect(now?.zone.necessity).toBe((await stored())?.necessity);
    expect(now?.noticeFingerprint).toBe(loaded?.noticeFingerprint);
  });
});

describe("cameras", () => {
  const register = (camera: object) =>
    world.client.camera.registerCamera({
      camera: { cameraId: "gate-2", zoneId: "plaza", position: inside, ...camera },
    });

  it("one device is one camera, and may be replaced in its own zone", async () => {
    await register({ deviceIdentity: "SN 1" });
    await register({ deviceIdentity: "SN 1", displayName: "Moved" });
    await expect(register({ cameraId: "gate-3", deviceIdentity: "SN 1" })).rejects.toMatchObject({
      status: "INVALID_ARGUMENT",
      fields: [{ field: "camera.device_identity", description: expect.stringMatching(/gate-2/) }],
    });
    expect(world.engine.facts.camera("gate-3")).toBeUndefined();
    await world.client.camera.removeCamera({ cameraId: "gate-2" });
    await register({ cameraId: "gate-3", deviceIdentity: "SN 1" });
  });

  it("are in one zone, until they are removed there", async () => {
    const zone = { ...plaza, entrances: [...plaza.entrances], zoneId: "second" };
    await world.client.zone.createZone({ ...zone, validUntil: timestamp(START_MS + DAY_MS) });
    const move = { cameraId: "gate-1", zoneId: "second" };
    await expect(register(move)).rejects.toMatchObject({
      status: "INVALID_ARGUMENT",
      fields: [{ field: "camera.zone_id", description: expect.stringMatching(/plaza/) }],
    });
    expect(await world.reasons()).toEqual([]);
    await world.client.camera.removeCamera({ cameraId: "gate-1" });
    await register(move);
    expect(await world.reasons()).toEqual(["CAMERA_UNKNOWN"]);
  });
});

describe("signs", () => {
  it("an inspection keeps a sign fresh, and a new photograph takes the old one's place", async () => {
    world.clock.pass(90 * DAY_MS);
    expect(await world.reasons()).toContain("SIGNAGE_STALE");
    const key = { zoneId: "plaza", signId: "east-1" };
    const { sign } = await world.client.signage.inspectSign({ ...key, inspector: "Wang" });
    expect(sign).toMatchObject({ inspector: "Wang", photoSha256: Buffer.alloc(32, 7) });
    expect(await world.reasons()).toEqual([]);
    const photoSha256 = Buffer.alloc(32, 8);
    const again = await world.client.signage.inspectSign({ ...key, inspector: "Li", photoSha256 });
    expect(again.sign).toMatchObject({ inspector: "Li", photoSha256 });
    expect(await world.reasons({}, await world.restarted())).toEqual([]);
  });
});

describe("authorising a gallery", () => {
  it("is for the zone's own purpose, where no other is named", async () => {
    await update({ purpose: "PURPOSE_PUBLIC_SAFETY_ADMISSION" }, "purpose");
    const { gallery, identification } = world.client;
    await gallery.createGallery({ galleryId: "guests" });
    const ask = () =>
      identification.identify({
        ...{ zoneId: "plaza", cameraId: "gate-1", galleryId: "guests" },
        embedding: { modelPack, values: [...oneVector()] },
      });
    const key = { galleryId: "guests", zoneId: "plaza" };
    await gallery.authoriseGallery({ ...key, purpose: "PURPOSE_PUBLIC_SAFETY" });
    await expect(ask()).rejects.toMatchObject({
      message: expect.stringContaining("but for PUBLIC_SAFETY, and the query is for"),
    });
    await gallery.authoriseGallery(key);
    const told = await ask().catch(({ message }: Error) => message);
    expect(told).not.toMatch(/gallery is/i);
    const after = await gallery.revokeGallery(key);
    expect(after.gallery?.authorisations.map(({ purpose }) => purpose)).toEqual([
      "PURPOSE_PUBLIC_SAFETY",
    ]);
  });
});
